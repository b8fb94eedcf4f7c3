/**
 * Makes a redirect fit for htmx, which follows it by itself and takes from the page that it leads to
 * what it asked of this one. Another page has no such part: htmx is told to go there instead.
 * `hx-boost` takes whole pages, so there a redirect is right as it is.
 */
export function navigable(response: Response, request: Request, url: URL): Response {
  if (response.status < 300 || response.status > 399) return response
  const location = response.headers.get('location')
  const { headers: asked } = request
  if (location === null || asked.get('hx-request') !== 'true' || asked.has('hx-boosted'))
    return response
  const target = URL.parse(location, url)
  if (target?.origin === url.origin && target.pathname === url.pathname) return response
  const headers = new Headers(response.headers)
  headers.delete('location')
  headers.set('hx-redirect', location)
  return new Response(null, { status: 204, headers })
}
