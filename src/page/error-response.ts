import { finishForms, type FormState, withRenderContext } from '../component/render-context.ts'
import { toElement } from '../html/element.ts'
import { toDocument } from '../html/html.ts'
import { DefaultError } from './default-error.tsx'
import { HttpError } from './http-error.ts'
import { inLayouts } from './in-layouts.ts'
import type { ErrorProps, Surroundings } from './route.ts'
import type { PageSettings } from './settings.ts'

/** Characters of a message; proxies take some kilobytes of headers. */
const LONGEST_MESSAGE = 300

/**
 * Answers what was thrown: a `Response` as it is, anything else with the nearest error page, inside
 * its layouts where they can be rendered. What is no `HttpError` is a 500, and logged.
 */
export async function errorResponse(
  surroundings: Surroundings,
  settings: PageSettings,
  request: Request,
  thrown: unknown,
): Promise<Response> {
  if (thrown instanceof Response) return thrown
  const known = thrown instanceof HttpError
  const url = new URL(request.url)
  if (!known) console.error(`${request.method} ${url.pathname} failed.\n`, thrown)
  const props: ErrorProps = {
    status: known ? thrown.status : 500,
    message: known ? thrown.message : 'Something went wrong on our side.',
    url,
    request,
    ...(settings.development && !known && { error: thrown }),
  }
  const Frame = (props.status === 404 ? surroundings.notFound : surroundings.error) ?? DefaultError
  const isHtmx = request.headers.get('hx-request') === 'true'
  const init = {
    // To htmx, 422 is a form with its mistakes: it would put this page in the place of the form.
    status: isHtmx && props.status === 422 ? 400 : props.status,
    headers: isHtmx ? withMessage(settings.headers, props.message) : settings.headers,
  }
  const forms: FormState = { actions: {} }
  return withRenderContext({ request, url, assets: settings.assets, forms }, async () => {
    try {
      const layoutProps = { title: String(props.status), url, request }
      return new Response(
        finishForms(forms, toDocument(await inLayouts(surroundings, Frame(props), layoutProps))),
        init,
      )
    } catch (error) {
      console.error('The error page failed, too.\n', error)
      return new Response(toDocument(await toElement(DefaultError(props))), init)
    }
  })
}

/** htmx puts no error into a page; its form says what it is (`src/client/page.ts`). */
function withMessage(base: Headers, message: string): Headers {
  const headers = new Headers(base)
  headers.set(
    'rivulet-message',
    encodeURIComponent(message.slice(0, LONGEST_MESSAGE).toWellFormed()),
  )
  return headers
}
