import { attributesMarkup } from '../html/attributes.ts'
import { FORM_PARAM } from './page-url.ts'

/**
 * Makes a redirect fit for htmx, which follows it by itself and takes from the page that it leads to
 * what it asked of this one. Another page has no such part: htmx is told to go there instead.
 * `hx-boost` takes whole pages, so there a redirect is right as it is.
 */
export function navigable(
  response: Response,
  request: Request,
  url: URL,
  isWhole = false,
): Response {
  if (response.status < 300 || response.status > 399) return response
  const location = response.headers.get('location')
  if (location === null || !isPart(request)) return response
  const target = URL.parse(location, url)
  // Not by its origin: behind a proxy the browser may be on https, and this server on http.
  const isShown = target?.pathname === shownUrl(request, url).pathname
  if (target?.origin === url.origin && isShown && !isWhole)
    return takingForm(response, request, target)
  // htmx would go there by script, where `javascript:` is code.
  if (target === null || !/^https?:$/.test(target.protocol)) return response
  const headers = new Headers(response.headers)
  headers.delete('location')
  headers.set('hx-redirect', location)
  return new Response(null, { status: 204, headers })
}

/** Names the form that htmx will look for: the page may no longer have it (`lacksForm`). */
function takingForm(response: Response, { headers: asked }: Request, target: URL): Response {
  // htmx 2 says its id, htmx 4 its tag as well.
  const id = asked.get('hx-target')?.replace(/^form#/, '')
  if (!id) return response
  target.searchParams.set(FORM_PARAM, id)
  const headers = new Headers(response.headers)
  headers.set('location', target.pathname + target.search + target.hash)
  return new Response(null, { status: response.status, headers })
}

/** What an action answers by itself, if that can be no form: htmx leaves the form as it is. */
export function unswapped(response: Response, request: Request): Response {
  const { headers } = response
  const isHtml = headers.get('content-type')?.startsWith('text/html') === true
  if (!response.ok || isHtml || !isPart(request)) return response
  if ([...headers.keys()].some((name) => name.startsWith('hx-'))) return response
  const copy = new Response(response.body, response)
  copy.headers.set('hx-reswap', 'none')
  return copy
}

/** Whether htmx asks for a form of a page that is not there any more, wherever it comes from. */
export function lacksForm(request: Request, markup: string, id: string): boolean {
  return isPart(request) && !markup.includes(attributesMarkup('form', { id }))
}

/** Has htmx load a page whole. */
export function wholePage(url: URL): Response {
  return new Response(null, { status: 204, headers: { 'hx-redirect': url.pathname + url.search } })
}

/** Whether htmx asks on behalf of a page at another URL: the answer goes into that. */
export function isElsewhere(request: Request, url: URL): boolean {
  return isPart(request) && shownUrl(request, url).pathname !== url.pathname
}

/** Whether htmx puts a part of the answer into the page that it is on. */
function isPart({ headers }: Request): boolean {
  return headers.get('hx-request') === 'true' && !headers.has('hx-boosted')
}

/** The page that htmx is on: mostly the one that is asked. */
function shownUrl({ headers }: Request, url: URL): URL {
  return URL.parse(headers.get('hx-current-url') ?? '') ?? url
}
