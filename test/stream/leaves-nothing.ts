// Run by hub.test.tsx: a process in which every client has left has no timer that keeps it.
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { append } from '../../src/stream/delivery.ts'
import { Hub } from '../../src/stream/hub.ts'
import { stream } from '../../src/stream/stream.ts'
import { Line } from './line.tsx'
import { place } from './place.ts'

const broker = createMemoryBroker()
const news = place(stream({ events: { line: append(Line) } }), 'news', broker)
const never = new AbortController().signal
const connect = (hub: Hub, signal = never): Promise<ReadableStream> =>
  hub.connect(news.definition, {}, undefined, signal)

const hub = new Hub({ heartbeat: 1000, retry: 3000 })
const bodies = await Promise.all([connect(hub), connect(hub)])
await news.publish('line', { text: 'a' })
await Promise.all(bodies.map((body) => body.cancel()))
await connect(hub, AbortSignal.abort())

// Closed at every moment of a connect.
for (let turns = 0; turns < 12; turns++) {
  const closing = new Hub({ heartbeat: 1000, retry: 3000 })
  const connecting = connect(closing)
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  closing.close()
  await connecting
}
console.log('done')
