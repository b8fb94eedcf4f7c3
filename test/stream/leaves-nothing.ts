// Run by hub.test.tsx: a process in which every client has left has no timer that keeps it.
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { append } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { Line } from './line.tsx'
import { connectTo, openHub } from './open-hub.ts'
import { place } from './place.ts'

const broker = createMemoryBroker()
const news = place(stream({ events: { line: append(Line) } }), 'news', broker)
const hub = openHub({ heartbeat: 1000 })
const bodies = await Promise.all([connectTo(hub, news.definition), connectTo(hub, news.definition)])
await news.publish('line', { text: 'a' })
await Promise.all(bodies.map((body) => body.cancel()))
await connectTo(hub, news.definition, undefined, { signal: AbortSignal.abort() })

// Closed at every moment of a connect.
for (let turns = 0; turns < 12; turns++) {
  const closing = openHub({ heartbeat: 1000 })
  const connecting = connectTo(closing, news.definition)
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  closing.close()
  await connecting
}
console.log('done')
