import { expect, test } from 'bun:test'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { connect } from '../../src/server/connect.ts'
import { createTestApp } from '../../src/testing.ts'
import { rejection } from '../broker/rejection.ts'
import { fixture } from '../fixture.ts'
import { runQuietly } from '../run/process.ts'

const NEWS = `import { append, def, latest, stream } from 'rivulet'
import { z } from 'zod'
const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)`

test('a script publishes to the streams of an app, and ends', async () => {
  const root = await fixture({
    'streams/news.tsx': `${NEWS}
export default stream({ events: { line: append(Line) } })`,
    'streams/clock.tsx': `${NEWS}
export default stream({ events: { line: latest(Line) }, async *source(_, { signal }) {
  yield { event: 'line', props: { text: 'of the source' } }
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
} })`,
    'worker.ts': `import { connect } from 'rivulet'
import Clock from './streams/clock.tsx'
import News from './streams/news.tsx'
const connection = await connect()
await News.publish('line', { text: 'from a script' })
await Clock.publish('line', { text: 'from a script' })
await connection.close()`,
  })
  const broker = `sqlite://${root}/events.db`
  const app = await createTestApp({ root, broker })
  const [news, clock] = [await app.events('/sse/news'), await app.events('/sse/clock')]
  const next = async (events: typeof news) => (await events.next()).value?.data
  expect(await next(clock)).toBe('<p>of the source</p>')
  const script = await runQuietly([process.execPath, 'worker.ts'], { BROKER_URL: broker }, root)
  expect([script.exitCode, script.output]).toEqual([0, ''])
  expect(await next(news)).toBe('<p>from a script</p>')
  // The log of a source is each process's own; what is published reaches all of them.
  expect(await next(clock)).toBe('<p>from a script</p>')
  await app.close()
})

test.each([undefined, createMemoryBroker()])('there has to be a shared broker', async (broker) => {
  expect(await rejection(connect(broker ? { broker } : {}))).toContain(
    'connect() needs a broker that the program shares with the app.',
  )
  await broker?.close()
})
