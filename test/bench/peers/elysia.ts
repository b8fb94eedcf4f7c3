/** Elysia's own way: a generator per connection that yields `sse()`, fed by a queue. */
import { Elysia, sse } from 'elysia'
import { tickId } from '../load/tick.ts'
import { announce, createControl } from './control.ts'

interface Tick {
  readonly seq: number
  readonly text: string
}

class Queue {
  readonly ticks: Tick[] = []
  wake: (() => void) | undefined

  async next(): Promise<Tick> {
    for (;;) {
      const tick = this.ticks.shift()
      if (tick !== undefined) return tick
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}

const queues = new Set<Queue>()
const control = createControl((seq, text) => {
  for (const queue of queues) {
    queue.ticks.push({ seq, text })
    queue.wake?.()
  }
})

const app = new Elysia()
  .get('/sse/ticks', async function* () {
    const queue = new Queue()
    queues.add(queue)
    try {
      // The head of the answer waits for the first yield (Elysia 1.4.30).
      yield sse({ event: 'open', data: '' })
      for (;;) {
        const { seq, text } = await queue.next()
        yield sse({ event: 'tick', id: tickId(seq), data: `<li>${text}</li>` })
      }
    } finally {
      queues.delete(queue)
    }
  })
  .post('/publish', ({ request }) => control(request), { parse: 'none' })
  .post('/collect', ({ request }) => control(request), { parse: 'none' })
  .listen({ hostname: '127.0.0.1', port: 0, idleTimeout: 255 })
announce(app.server?.port)
