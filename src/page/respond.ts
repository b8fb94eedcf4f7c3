import type { z } from 'zod'
import { describeIssues } from '../component/parse-props.ts'
import { type Assets, withRenderContext } from '../component/render-context.ts'
import type { Child } from '../html/child.ts'
import { toElement } from '../html/element.ts'
import { toDocument } from '../html/html.ts'
import { type Action, FormErrors } from './action.ts'
import { DefaultError } from './default-error.tsx'
import { HttpError, redirect } from './http-error.ts'
import type { PageContext } from './page.ts'
import { readForm } from './read-form.ts'
import type { ErrorProps, PageRoute, Surroundings } from './route.ts'
import { crossSiteRefusal } from './same-origin.ts'

/** What is the same for every page of an app. */
export interface PageSettings {
  readonly assets: Assets
  /** Headers of every page. */
  readonly headers: Readonly<Record<string, string>>
  /** Shows visitors what went wrong inside. */
  readonly development: boolean
}

/** A rejected form, as the page is to show it. */
interface Rejected {
  readonly values: Readonly<Record<string, unknown>>
  readonly errors: Readonly<Record<string, readonly string[]>>
}

type RawParams = Readonly<Record<string, string>>

/** Answers a GET of a page. */
export async function pageResponse(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  params: RawParams,
): Promise<Response> {
  return guarded(route, settings, request, () => renderPage(route, settings, request, params))
}

/** Answers a form that was sent to a page's action. */
export async function actionResponse(
  route: PageRoute,
  action: Action,
  settings: PageSettings,
  request: Request,
  params: RawParams,
): Promise<Response> {
  return guarded(route, settings, request, async () => {
    const url = new URL(request.url)
    const refusal = crossSiteRefusal(request, url)
    if (refusal !== undefined) throw new HttpError(403, refusal)
    const parsedParams = parse(action.params ?? route.page.params, params, 404)
    const values = await readForm(request, action.body, action.maxBody)
    const body = action.body.safeParse(values)
    if (!body.success) {
      return renderPage(route, settings, request, params, { values, errors: byField(body.error) })
    }
    const context = { params: parsedParams, body: body.data, request, url }
    const result = await action.handler(context as never)
    if (result instanceof Response) return navigable(result, request, url)
    if (result instanceof FormErrors) {
      return renderPage(route, settings, request, params, { values, errors: result.errors })
    }
    return redirect(url.pathname + url.search)
  })
}

/**
 * htmx follows a redirect and swaps the form of the page that it leads to. One to another page has
 * no such form: htmx is told to go there instead.
 */
function navigable(response: Response, request: Request, url: URL): Response {
  const location = response.headers.get('location')
  if (location === null || request.headers.get('hx-request') !== 'true') return response
  if (new URL(location, url).pathname === url.pathname) return response
  const headers = new Headers(response.headers)
  headers.delete('location')
  headers.set('hx-redirect', location)
  return new Response(null, { status: 204, headers })
}

/** Answers with an error page, inside the layouts where they can be rendered. */
export async function errorResponse(
  surroundings: Surroundings,
  settings: PageSettings,
  request: Request,
  thrown: unknown,
): Promise<Response> {
  const known = thrown instanceof HttpError
  if (!known) console.error(`${request.method} ${new URL(request.url).pathname} failed.\n`, thrown)
  const url = new URL(request.url)
  const props: ErrorProps = {
    status: known ? thrown.status : 500,
    message: known ? thrown.message : 'Something went wrong on our side.',
    url,
    request,
    ...(settings.development && !known && { error: thrown }),
  }
  const Frame = props.status === 404 ? surroundings.notFound : surroundings.error
  const init = { status: props.status, headers: htmlHeaders(settings) }
  return withRenderContext({ request, url, assets: settings.assets }, async () => {
    try {
      if (Frame === undefined)
        return new Response(await inLayouts(surroundings, DefaultError(props), props), init)
      return new Response(
        await inLayouts(surroundings, Frame(props), { ...props, title: String(props.status) }),
        init,
      )
    } catch (error) {
      console.error('The error page failed, too.\n', error)
      return new Response(toDocument(await toElement(DefaultError(props))), init)
    }
  })
}

async function guarded(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  respond: () => Promise<Response>,
): Promise<Response> {
  try {
    return await respond()
  } catch (error) {
    return errorResponse(route, settings, request, error)
  }
}

function renderPage(
  route: PageRoute,
  settings: PageSettings,
  request: Request,
  params: RawParams,
  rejected?: Rejected,
): Promise<Response> {
  const url = new URL(request.url)
  const { page } = route
  const action = route.actions['POST']
  const form = action && { action, schema: action.body, values: {}, errors: {}, ...rejected }
  return withRenderContext({ request, url, assets: settings.assets, form }, async () => {
    const context = {
      params: parse(page.params, params, 404),
      query: parse(page.query, Object.fromEntries(url.searchParams), 400),
      request,
      url,
    }
    // Child holds promises of Child, which `await` cannot unwrap in the types.
    const result: unknown = await (page.view(context as never) as Promise<unknown>)
    if (result instanceof Response) return result
    const title =
      typeof page.title === 'function'
        ? page.title(context as PageContext<never, never>)
        : page.title
    return new Response(await inLayouts(route, result as Child, { title, url, request }), {
      status: rejected === undefined ? 200 : 422,
      headers: { ...htmlHeaders(settings), ...page.headers },
    })
  })
}

/** The document: the content in its layouts, from the innermost out. */
async function inLayouts(
  { layouts }: Surroundings,
  content: Child,
  props: { readonly title?: string | undefined; readonly url: URL; readonly request: Request },
): Promise<string> {
  let html = await toElement(content)
  if (html.markup.startsWith('<html')) return toDocument(html)
  for (const Layout of layouts.toReversed())
    html = await toElement(Layout({ ...props, children: html }))
  return toDocument(html)
}

function htmlHeaders({ headers }: PageSettings): Record<string, string> {
  return { 'content-type': 'text/html; charset=utf-8', ...headers }
}

function parse(schema: z.ZodObject | undefined, values: RawParams, status: number): unknown {
  if (schema === undefined) return values
  const result = schema.safeParse(values)
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
