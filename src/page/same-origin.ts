/**
 * Why a request that changes something is refused: another site sent it with the visitor's cookies.
 * `undefined` when it may pass.
 *
 * Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`
 * (Fetch Metadata; OWASP's CSRF cheat sheet). A client that sends neither, like curl, carries no
 * cookie that somebody else could make it send.
 */
export function crossSiteRefusal(request: Request, url: URL): string | undefined {
  const site = request.headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return undefined
  const origin = request.headers.get('origin')
  // Behind a proxy the host may differ from this server's; what the browser asked for is in Host.
  const host = (request.headers.get('host') ?? url.host).toLowerCase()
  if (site === null && (origin === null || URL.parse(origin)?.host === host)) return undefined
  return `This form was sent from another site, and is refused.

Expected: a request from ${host}
Got: ${site === null ? `Origin: ${origin}` : `Sec-Fetch-Site: ${site}`}`
}
