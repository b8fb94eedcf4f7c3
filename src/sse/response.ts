/** Wraps encoded events, all of them or as they come; the headers keep caches and proxies from holding it back. */
export function sseResponse(body: BodyInit): Response {
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // nginx buffers answers unless told not to (ngx_http_proxy_module, proxy_buffering).
      'x-accel-buffering': 'no',
    },
  })
}
