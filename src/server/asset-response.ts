import type { AssetStore } from './assets.ts'

/** What gets much smaller; pictures and fonts are packed already. */
const TEXTS = /^(text\/|image\/svg|application\/([\w.-]+\+)?(json|xml|javascript)\b)/

/** Packing a larger one would hold up everything else; in bytes. */
const LARGEST = 1024 * 1024

/** By file: packed when it is first asked for, and kept with it. */
const packed = new WeakMap<Blob, Promise<Uint8Array<ArrayBuffer>>>()

/** Answers a URL below `/assets/`; texts are gzipped for clients that take that (RFC 9110, 12.5.3). */
export async function assetResponse(
  { files }: AssetStore,
  request: Request,
): Promise<Response | undefined> {
  const body = files.get(new URL(request.url).pathname)
  if (body === undefined) return undefined
  const headers = {
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': body.type,
    'x-content-type-options': 'nosniff',
  }
  if (!TEXTS.test(body.type) || body.size > LARGEST) return new Response(body, { headers })
  const varying = { ...headers, vary: 'accept-encoding' }
  if (!takesGzip(request)) return new Response(body, { headers: varying })
  return new Response(await pack(body), { headers: { ...varying, 'content-encoding': 'gzip' } })
}

function takesGzip(request: Request): boolean {
  const accepted = request.headers.get('accept-encoding') ?? ''
  return accepted
    .split(',')
    .some((coding) => /^\s*(x-)?gzip\s*(;(?!\s*q=0(\.0*)?\s*$)|$)/i.test(coding))
}

function pack(body: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const known = packed.get(body) ?? gzip(body)
  packed.set(body, known)
  return known
}

async function gzip(body: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return Bun.gzipSync(await body.arrayBuffer(), { library: 'libdeflate', level: 12 })
}
