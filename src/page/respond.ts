import type { z } from 'zod'
import { describeIssues } from '../component/parse-props.ts'
import {
  finishForms,
  type FormState,
  type RejectedForm,
  withRenderContext,
} from '../component/render-context.ts'
import type { Child } from '../html/child.ts'
import { type Html, toDocument } from '../html/html.ts'
import { type Action, FormErrors } from './action.ts'
import { errorResponse } from './error-response.ts'
import { fieldValues } from './field-values.ts'
import { fieldMessage } from './field-message.ts'
import { HttpError, redirect } from './http-error.ts'
import { formId } from './form-id.ts'
import { formMessages } from './form-messages.ts'
import { inLayouts } from './in-layouts.ts'
import { isElsewhere, lacksForm, navigable, type Sent, unswapped, wholePage } from './navigable.ts'
import type { PageContext } from './page.ts'
import { PageForms } from './page-forms.ts'
import { pageAddress } from './page-address.ts'
import { readForm } from './read-form.ts'
import type { PageRoute } from './route.ts'
import { crossSiteRefusal } from './same-origin.ts'
import type { PageSettings } from './settings.ts'

type RawParams = Readonly<Record<string, string>>
type Answer = Response | Promise<Response>

/**
 * Answers a GET of a page. A promise only where something in it is one: each `await` on the way
 * would cost a request 50 ns (Bun 1.4.5).
 */
export function pageResponse(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  params: RawParams,
): Answer {
  const fail = (thrown: unknown): Promise<Response> =>
    errorResponse(route, settings, request, thrown)
  try {
    const { url, action, form } = pageAddress(request)
    // What is loaded anew after a refusal: a plain form there would be sent to the action of that.
    if (action !== null) return redirect(url.pathname + url.search)
    const forms = { actions: route.actions }
    const answer = renderPage(route, settings, request, url, params, forms, form)
    return answer instanceof Promise ? answer.catch(fail) : answer
  } catch (thrown) {
    return fail(thrown)
  }
}

/** Answers a form that was sent to one of a page's actions. */
export async function actionResponse(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  params: RawParams,
): Promise<Response> {
  const { url, action: named } = pageAddress(request)
  const action = actionOf(route, request, named)
  if (action === undefined) return notAllowed(route, settings, request)
  let sent: Sent = {}
  try {
    const refusal = crossSiteRefusal(request, url)
    if (refusal !== undefined) throw new HttpError(403, refusal)
    const parsedParams = parse(action.params ?? route.page.params, params, 404)
    const { values, typed, form, isWhole } = await readForm(request, action.body, action.maxBody)
    sent = { id: form ?? formId(action), isWhole }
    const reject = (errors: RejectedForm['errors'], isBySchema: boolean): Answer => {
      const rejected = { action, form, values: typed(), errors, isBySchema }
      return rejection(route, settings, request, url, params, rejected)
    }
    const body = await action.body.safeParseAsync(values, { error: fieldMessage })
    if (!body.success) return await reject(byField(body.error), true)
    const context = { params: parsedParams, body: body.data, request, url }
    const result = await action.handler(context as never)
    if (result instanceof FormErrors) return await reject(result.errors, false)
    const response = unswapped(result ?? redirect(url.pathname + url.search), request, sent)
    return navigable(response, request, url, sent)
  } catch (thrown) {
    const response = await errorResponse(route, settings, request, thrown)
    return navigable(unswapped(response, request, sent), request, url, sent)
  }
}

/** A form, which comes by POST, may name another method. */
function actionOf(
  { actions }: PageRoute,
  request: Request,
  named: string | null,
): Action | undefined {
  const method = (request.method === 'POST' ? named : null) ?? request.method
  return Object.hasOwn(actions, method) ? actions[method] : undefined
}

async function notAllowed(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
): Promise<Response> {
  const error = new HttpError(405, 'This address takes no such form.')
  const response = await errorResponse(route, settings, request, error)
  response.headers.set('allow', ['GET', 'HEAD', ...Object.keys(route.actions)].join(', '))
  return response
}

/**
 * The page with the form as it was sent, and why it was refused. Where that form is not: on another page,
 * which htmx shows and would put this one's into, the messages alone.
 */
async function rejection(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  url: URL,
  params: RawParams,
  rejected: RejectedForm,
): Promise<Response> {
  if (!isElsewhere(request, url)) {
    const forms: FormState = { actions: route.actions, rejected }
    const response = await renderPage(route, settings, request, url, params, forms)
    if (PageForms.of(forms)?.hasShown(rejected) === true || response.status !== 422) return response
  }
  throw new HttpError(422, formMessages(rejected).join('\n'))
}

function renderPage(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  url: URL,
  params: RawParams,
  forms: FormState,
  asked: string | null = null,
): Answer {
  const { page } = route
  return withRenderContext({ request, url, assets: settings.assets, forms }, () => {
    const context: PageContext<never, never> = {
      params: parse(page.params, params, 404) as never,
      query: parse(page.query, queryValues(url, page.query), 400) as never,
      request,
      url,
    }
    const finish = (html: Html): Response => {
      const markup = toDocument(html)
      const text = finishForms(forms, markup)
      if (asked !== null && lacksForm(request, text, asked)) return wholePage(url)
      return new Response(text, {
        status: forms.rejected === undefined ? 200 : 422,
        headers: page.headers === undefined ? settings.headers : merged(settings, page.headers),
      })
    }
    const show = (result: Child | Response): Answer => {
      if (result instanceof Response) return navigable(result, request, url)
      const title = typeof page.title === 'function' ? page.title(context) : page.title
      const html = inLayouts(route, result, { title, url, request })
      return html instanceof Promise ? html.then(finish) : finish(html)
    }
    const result = page.view(context)
    // Child holds promises of Child, which `then` cannot unwrap in the types.
    return result instanceof Promise
      ? (result as Promise<Child | Response>).then(show)
      : show(result)
  })
}

function merged(settings: PageSettings, own: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(settings.headers)
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  return headers
}

function queryValues(url: URL, schema: z.ZodObject | undefined): Readonly<Record<string, unknown>> {
  if (schema !== undefined) return fieldValues(url.searchParams, schema)
  return url.search === '' ? {} : Object.fromEntries(url.searchParams)
}

function parse(
  schema: z.ZodObject | undefined,
  values: Readonly<Record<string, unknown>>,
  status: number,
): unknown {
  if (schema === undefined) return values
  const result = schema.safeParse(values, { error: fieldMessage })
  if (result.success) return result.data
  throw new HttpError(status, `This address does not fit.\n${describeIssues(result.error)}`, {
    cause: result.error,
  })
}

function byField(error: z.ZodError): Record<string, string[]> {
  const errors: Record<string, string[]> = {}
  for (const { path, message } of error.issues) (errors[String(path[0] ?? '')] ??= []).push(message)
  return errors
}
