import { attributesMarkup } from '../html/attributes.ts'
import { FORM_PARAM } from './page-address.ts'

/**
 * Makes a redirect fit for htmx, which follows it by itself and takes from the page that it leads to
 * what it asked of this one. Another page has no such part: htmx is told to go there instead.
 * `hx-boost` takes whole pages, so there a redirect is right as it is.
 */
export function navigable(
  response: Response,
  request: Request,
  url: URL,
  sent: Sent = {},
): Response {
  if (response.status < 300 || response.status > 399) return response
  const location = response.headers.get('location')
  if (location === null || !isPart(request)) return response
  const target = URL.parse(location, url)
  // htmx would go there by script, where `javascript:` is code.
  if (target === null || !/^https?:$/.test(target.protocol)) return response
  const shown = shownUrl(request, url)
  const { pathname, search, hash } = target
  // Not by its origin: behind a proxy the browser may be on https, and this server on http.
  const isShown = target.origin === url.origin && pathname === shown.pathname
  if (!isShown) return goingTo(location, response)
  // To a place in the page that is there already a browser only scrolls.
  if (sent.isWhole) return goingTo(search === shown.search ? pathname + search : location, response)
  if (!isForm(request, sent.id)) return response
  // The page may no longer have the form (`lacksForm`).
  target.searchParams.set(FORM_PARAM, sent.id)
  const headers = new Headers(response.headers)
  headers.set('location', pathname + target.search + hash)
  return new Response(null, { status: response.status, headers })
}

/** What an action knows of the form that it was sent. */
export interface Sent {
  readonly id?: string
  /** Whether a whole page is to be loaded after a success. */
  readonly isWhole?: boolean
}

function goingTo(location: string, response: Response): Response {
  const headers = new Headers(response.headers)
  headers.delete('location')
  headers.set('hx-redirect', location)
  return new Response(null, { status: 204, headers })
}

/** What an action answers by itself, if that can be no form: htmx leaves the form as it is. */
export function unswapped(response: Response, request: Request, { id }: Sent): Response {
  const { headers } = response
  const isHtml = headers.get('content-type')?.startsWith('text/html') === true
  if (!response.ok || isHtml || !isPart(request) || !isForm(request, id)) return response
  if ([...headers.keys()].some((name) => name.startsWith('hx-'))) return response
  const copy = new Response(response.body, response)
  copy.headers.set('hx-reswap', 'none')
  return copy
}

/** Whether htmx is to put the answer in the place of the form itself. */
function isForm({ headers }: Request, id: string | undefined): id is string {
  // htmx 2 says its id, htmx 4 its tag as well; what is not ASCII is percent-encoded.
  const target = headers.get('hx-target')?.replace(/^form#/, '')
  return id !== undefined && (target === id || target === encodeURIComponent(id))
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
  if (headers.get('hx-request') !== 'true') return false
  return !headers.has('hx-boosted') && !headers.has('hx-history-restore-request')
}

/** The page that htmx is on: mostly the one that is asked. */
function shownUrl({ headers }: Request, url: URL): URL {
  return URL.parse(headers.get('hx-current-url') ?? '') ?? url
}
