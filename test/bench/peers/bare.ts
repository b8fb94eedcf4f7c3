/**
 * The bare loop: what anybody would write first on Bun. A set of controllers, `enqueue` on each.
 * A client that comes back with `Last-Event-ID` gets what it missed, event by event.
 */
import { tickBlock } from '../load/tick.ts'
import { announce, createControl } from './control.ts'

const encoder = new TextEncoder()
const controllers = new Set<ReadableStreamDefaultController<Uint8Array>>()
const log: Uint8Array[] = []
let evicted = 0
const control = createControl((seq, text) => {
  const bytes = encoder.encode(tickBlock(seq, text))
  log.push(bytes)
  if (log.length > 256) evicted += log.splice(0, 1).length
  for (const controller of controllers) controller.enqueue(bytes)
})

function subscribe(request: Request): Response {
  const after = request.headers.get('last-event-id')
  let own: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller
      controller.enqueue(encoder.encode(':\n\n'))
      const missed = after === null ? [] : log.slice(Number(after.split('.')[1]) - evicted)
      for (const bytes of missed) controller.enqueue(bytes)
      controllers.add(controller)
    },
    cancel: () => void controllers.delete(own),
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 255,
  fetch: (request) => (request.method === 'POST' ? control(request) : subscribe(request)),
})
announce(server.port)
