/**
 * One of several processes with one broker: a Rivulet app, its clients, and perhaps a publisher.
 *
 *   bun instance.ts <broker URL, or "memory"> <topics>
 */
import { createMemoryBroker, rivulet } from 'rivulet'
import Rooms from '../app/streams/rooms/[room].tsx'
import { Histogram } from '../load/histogram.ts'
import { MarkReader } from '../load/mark-reader.ts'
import { TICK, tickText } from '../load/tick.ts'
import { now } from '../machine/clock.ts'
import type { InstanceAnswer, InstanceOrder } from './order.ts'

/** Topics of one connection. */
const GROUP = 100
/** Connections that are opened at a time, and events on their way when nothing holds them back. */
const AT_ONCE = { connections: 8, events: 64 }

const [url = 'memory', topics = '1'] = process.argv.slice(2)
const rooms = Array.from({ length: Number(topics) }, (_, room) => String(room))
let heard = 0
let latency = new Histogram()

const app = rivulet({
  root: `${import.meta.dir}/../app`,
  broker: url === 'memory' ? createMemoryBroker() : url,
  limits: { connections: Infinity, perStream: Infinity, perAddress: Infinity },
})
await app.modules
app.listen({ hostname: '127.0.0.1', port: 0, idleTimeout: 60 })
const origin = `http://127.0.0.1:${app.server?.port}`

const groups = Array.from({ length: Math.ceil(rooms.length / GROUP) }, (_, group) =>
  rooms.slice(group * GROUP, (group + 1) * GROUP),
)
await inParallel(AT_ONCE.connections, groups, listen)

process.on('message', (order: InstanceOrder) => {
  if (order.type === 'take') {
    answer({ type: 'taken', heard, latency: latency.entries() })
    heard = 0
    latency = new Histogram()
  } else {
    void publish(order.count, order.every).then((rejected) =>
      answer({ type: 'published', rejected }),
    )
  }
})
answer({ type: 'ready' })

function answer(message: InstanceAnswer): void {
  process.send?.(message)
}

/** Resolves when every topic of a connection has said where it begins. */
async function listen(group: readonly string[]): Promise<void> {
  const query = group.map((room) => `on=rooms/${room}`).join('&')
  const response = await fetch(`${origin}/sse?${query}`, {
    headers: { accept: 'text/event-stream' },
  })
  const begun = Promise.withResolvers<void>()
  void read(response, group.length, begun.resolve)
  await begun.promise
}

async function read(response: Response, count: number, begun: () => void): Promise<void> {
  const marks = new MarkReader()
  let hello = ''
  for await (const part of response.body ?? []) {
    if (hello.split('event: topic\n').length <= count) hello += Buffer.from(part).toString()
    if (hello.split('event: topic\n').length > count) begun()
    marks.read(Buffer.from(part), (_, at) => {
      heard++
      latency.add(now() - at)
    })
  }
}

async function publish(count: number, every: number): Promise<number> {
  let rejected = 0
  const one = async (seq: number): Promise<void> => {
    const room = rooms[seq % rooms.length] ?? '0'
    await Rooms.at({ room })
      .publish('tick', { text: tickText(seq, TICK) })
      .catch(() => rejected++)
  }
  const numbers = Array.from({ length: count }, (_, seq) => seq)
  if (every === 0) {
    await inParallel(AT_ONCE.events, numbers, one)
    return rejected
  }
  const under: Promise<void>[] = []
  for (const seq of numbers) {
    under.push(one(seq))
    await Bun.sleep(every)
  }
  await Promise.all(under)
  return rejected
}

async function inParallel<Item>(
  count: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (const item of left) await work(item)
    }),
  )
}
