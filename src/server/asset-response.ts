import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AssetStore } from './assets.ts'

const pack = promisify(gzip)

/** By file: packed when it is first asked for, and kept with it. */
const packed = new WeakMap<Blob, Promise<Uint8Array<ArrayBuffer>>>()

/** Answers a URL below `/assets/`; texts are gzipped for clients that take that (RFC 9110, 12.5.3). */
export async function assetResponse(
  { files, texts }: AssetStore,
  request: Request,
): Promise<Response | undefined> {
  const body = files.get(new URL(request.url).pathname)
  if (body === undefined) return undefined
  const headers = {
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': body.type,
    'x-content-type-options': 'nosniff',
  }
  if (!texts.has(body)) return new Response(body, { headers })
  const varying = { ...headers, vary: 'accept-encoding' }
  if (!takesGzip(request)) return new Response(body, { headers: varying })
  return new Response(await packedOf(body), { headers: { ...varying, 'content-encoding': 'gzip' } })
}

function takesGzip(request: Request): boolean {
  const accepted = request.headers.get('accept-encoding') ?? ''
  return accepted
    .split(',')
    .some((coding) => /^\s*(x-)?gzip\s*(;(?!\s*q=0(\.0*)?\s*$)|$)/i.test(coding))
}

function packedOf(text: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const known = packed.get(text) ?? text.arrayBuffer().then((bytes) => pack(bytes, { level: 9 }))
  packed.set(text, known)
  return known
}
