import { timingSafeEqual } from 'node:crypto'

/** The shortest token, in characters: what is shorter can be tried out. */
const SHORTEST = 16

/** Throws for a token that can be guessed; `option` names it. */
export function checkToken(option: string, token: string | undefined): void {
  if (token === undefined || token.length >= SHORTEST) return
  throw new TypeError(`${option} of rivulet() is too short.

Expected: at least ${SHORTEST} characters
Got: ${token.length}`)
}

/** The answer to a request without the right `Authorization: Bearer`; `undefined` with it. */
export function refuseStranger(request: Request, token: string): Response | undefined {
  // The scheme's case does not count (RFC 9110, 11.1).
  const [, given] = /^bearer +(.*)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (given !== undefined && isEqual(given, token)) return undefined
  return new Response('Expected: Authorization: Bearer <token>', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer', 'content-type': 'text/plain; charset=utf-8' },
  })
}

/** In a time that does not tell how much of it was right. */
function isEqual(one: string, other: string): boolean {
  const digest = (text: string): Uint8Array => new Bun.CryptoHasher('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
