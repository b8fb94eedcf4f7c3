import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Broker, DEFAULT_RETENTION } from '../../src/broker/broker.ts'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { brokerContract } from './contract.ts'
import { Recorder } from './listener.ts'

brokerContract('memory', createMemoryBroker)

const options = { retention: DEFAULT_RETENTION }

async function cursorOf(broker: Broker, topic: string): Promise<string> {
  return (await broker.read(topic))?.cursor ?? ''
}

test('a cursor of another life of the broker is a gap', async () => {
  const [one, other] = [createMemoryBroker(), createMemoryBroker()]
  await one.publish('a', '1', options)
  const cursor = await other.publish('a', '1', options)
  expect(await one.read('a', cursor)).toBeUndefined()
  expect(one.compare(await cursorOf(one, 'a'), cursor)).toBeUndefined()
  await one.close()
  await other.close()
})

test('a cursor from the future of this life is a gap', async () => {
  const broker = createMemoryBroker()
  const cursor = await broker.publish('a', '1', options)
  expect(await broker.read('a', `${cursor}0`)).toBeUndefined()
  await broker.close()
})

test('a topic that was forgotten whole still knows that it has lost something', async () => {
  const broker = createMemoryBroker()
  const before = await cursorOf(broker, 'a')
  const short = { retention: { ...DEFAULT_RETENTION, events: 0 } }
  const cursor = await broker.publish('a', '1', short)
  // The last to leave an empty log takes it along.
  const unsubscribe = await broker.subscribe('a', cursor, new Recorder())
  unsubscribe()
  expect(await broker.read('a', before)).toBeUndefined()
  expect((await broker.read('a', cursor))?.entries).toEqual([])
  await broker.close()
})

test('over its bound, the topics that were published to the longest ago lose their logs', async () => {
  const broker = createMemoryBroker({ bytes: 100 })
  const start = await cursorOf(broker, 'a')
  const recorder = new Recorder()
  await broker.subscribe('b', start, recorder)
  for (const topic of ['a', 'b', 'c', 'a']) await broker.publish(topic, '.'.repeat(30), options)
  expect((await broker.read('b', start))?.entries).toBeUndefined()
  expect((await broker.read('a', start))?.entries).toHaveLength(2)
  expect((await broker.read('c'))?.entries).toHaveLength(1)
  // Who listens goes on, and the newest event stays, however large.
  await broker.publish('b', '.'.repeat(300), options)
  expect(await recorder.heard(2)).toHaveLength(2)
  expect((await broker.read('b'))?.entries).toHaveLength(1)
  expect((await broker.read('a', start))?.entries).toBeUndefined()
  expect((await broker.read('a'))?.entries).toEqual([])
  await broker.close()
})

test('it lets a process end, though nobody closed it', async () => {
  const script = `const { createMemoryBroker } = await import('./src/broker/memory.ts')
    await createMemoryBroker().publish('a', '1', { retention: { events: 9, age: 9e9, bytes: 9e9 } })`
  const child = Bun.spawn([process.execPath, '-e', script], {
    cwd: `${import.meta.dir}/../..`,
    timeout: 20_000,
  })
  expect(await child.exited).toBe(0)
})

test('whatever was published, what is read is what a list of all events says', async () => {
  const event = fc.record({
    topic: fc.constantFrom('a', 'b'),
    key: fc.constantFrom(undefined, undefined, 'k', 'l'),
    size: fc.integer({ min: 1, max: 9 }),
  })
  const retention = { events: 4, age: DEFAULT_RETENTION.age, bytes: 20 }
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      const broker = createMemoryBroker()
      const cursors = [await cursorOf(broker, 'a')]
      for (const [index, { topic, key, size }] of events.entries()) {
        const text = `${index}`.padEnd(size, '.')
        cursors.push(await broker.publish(topic, text, { retention, key }))
      }
      for (const topic of ['a', 'b']) {
        const { kept, evicted } = reference(events, topic, retention)
        for (const [after, cursor] of cursors.entries()) {
          const backlog = await broker.read(topic, cursor)
          expect(backlog?.entries.map(({ cursor }) => cursor)).toEqual(
            after < evicted ? undefined : kept.filter((at) => at > after).map((at) => cursors[at]),
          )
        }
      }
      await broker.close()
    }),
    { numRuns: 300 },
  )
})

/** The places (from 1) of the events that a topic keeps, and of the newest that it evicted. */
function reference(
  events: readonly { topic: string; key: string | undefined; size: number }[],
  topic: string,
  retention: { events: number; bytes: number },
): { kept: number[]; evicted: number } {
  let kept: { at: number; key: string | undefined; size: number }[] = []
  let evicted = 0
  for (const [index, event] of events.entries()) {
    if (event.topic !== topic) continue
    const size = Math.max(event.size, String(index).length)
    if (event.key !== undefined) kept = kept.filter(({ key }) => key !== event.key)
    kept.push({ at: index + 1, key: event.key, size })
    const bytes = (): number => kept.reduce((sum, { size }) => sum + size, 0)
    while (kept.length > retention.events || bytes() > retention.bytes) {
      evicted = kept.shift()?.at ?? evicted
    }
  }
  return { kept: kept.map(({ at }) => at), evicted }
}
