/** Wraps a body of encoded events; the headers keep caches and proxies from holding it back. */
export function sseResponse(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // nginx buffers answers unless told not to (ngx_http_proxy_module, proxy_buffering).
      'x-accel-buffering': 'no',
    },
  })
}
