/** better-sse on Node: a channel, `broadcast` to every session. Run with `--expose-gc`. */
import { createChannel, createSession } from 'better-sse'
import { createServer } from 'node:http'

const channel = createChannel()
let seq = 0

/** @param {number} size */
function tickText(size) {
  const at = Math.round((performance.timeOrigin + performance.now()) * 1000)
  return `@${String(++seq).padStart(9, '0')}@${String(at).padStart(16, '0')}@`.padEnd(size, 'x')
}

/** @param {URLSearchParams} query */
function publish(query) {
  const size = Number(query.get('size') ?? 90)
  for (let left = Number(query.get('count') ?? 1); left > 0; left--) {
    channel.broadcast(`<li>${tickText(size)}</li>`, 'tick', { eventId: `0000000000.${seq}` })
  }
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/sse/ticks') {
    void createSession(request, response, { serializer: String }).then((session) => {
      channel.register(session)
      response.write(':\n\n')
    })
    return
  }
  if (pathname === '/publish') setTimeout(() => publish(searchParams), 1)
  if (pathname === '/collect') globalThis.gc?.()
  response.end('ok')
})
server.listen(0, '127.0.0.1', 4096, () => console.log(`listening ${server.address().port}`))
process.on('SIGTERM', () => process.exit(0))
