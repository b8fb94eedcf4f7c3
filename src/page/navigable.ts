/**
 * Makes a redirect fit for htmx, which follows it by itself and takes from the page that it leads to
 * what it asked of this one. Another page has no such part: htmx is told to go there instead.
 * `hx-boost` takes whole pages, so there a redirect is right as it is.
 */
export function navigable(response: Response, request: Request, url: URL): Response {
  if (response.status < 300 || response.status > 399) return response
  const location = response.headers.get('location')
  if (location === null || !isPart(request)) return response
  const target = URL.parse(location, url)
  // Not by its origin: behind a proxy the browser may be on https, and this server on http.
  const isShown = target?.pathname === shownUrl(request, url).pathname
  if (target?.origin === url.origin && isShown) return response
  // htmx would go there by script, where `javascript:` is code.
  if (target === null || !/^https?:$/.test(target.protocol)) return response
  const headers = new Headers(response.headers)
  headers.delete('location')
  headers.set('hx-redirect', location)
  return new Response(null, { status: 204, headers })
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
