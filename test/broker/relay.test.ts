import { afterEach, expect, test } from 'bun:test'
import { type Broker, DEFAULT_RETENTION, type Entry } from '../../src/broker/broker.ts'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { createRelay } from '../../src/broker/relay.ts'
import { eventually } from '../create/eventually.ts'
import { brokerContract } from './contract.ts'
import { createLaggingBroker } from './lagging.ts'
import { Recorder } from './listener.ts'

const retention = DEFAULT_RETENTION
const optionsOf = ({ cursor }: Entry) => ({ retention, ephemeral: cursor === undefined })

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function open(shared: Broker, linger?: number): Broker {
  const relay = createRelay(shared, optionsOf, linger)
  ends.push(
    () => relay.close(),
    () => shared.close(),
  )
  return relay
}

brokerContract('relay', () => open(createMemoryBroker()))

const texts = async (broker: Broker, after?: string): Promise<string[] | undefined> =>
  (await broker.read('a', after))?.entries.map(({ text }) => text)

test('what was published elsewhere, before and after, is in one order with what comes from here', async () => {
  const shared = createLaggingBroker(() => 2)
  const relay = open(shared)
  await shared.publish('a', 'before', { retention })
  const backlog = await relay.read('a')
  expect(backlog?.entries.map(({ text }) => text)).toEqual(['before'])
  const recorder = new Recorder()
  await relay.subscribe('a', backlog?.cursor ?? '', recorder)
  await relay.publish('a', 'of the source', { retention })
  await shared.publish('a', 'elsewhere', { retention })
  await shared.publish('a', 'typing', { retention, ephemeral: true })
  expect(await recorder.heard(3)).toEqual(['of the source', 'elsewhere', 'typing'])
  expect(recorder.entries.map(({ cursor }) => cursor === undefined)).toEqual([false, false, true])
  expect(await texts(relay, backlog?.cursor)).toEqual(['of the source', 'elsewhere'])
  // The shared log has none of what is this process's own.
  expect(await texts(shared)).toEqual(['before', 'elsewhere'])
})

test('a gap of the shared broker is one here', async () => {
  const shared = createLaggingBroker(() => 1)
  const relay = open(shared)
  const cursor = (await relay.read('a'))?.cursor ?? ''
  const recorder = new Recorder()
  await relay.subscribe('a', cursor, recorder)
  await shared.lose('a')
  await eventually('the gap', () => recorder.gaps.length === 1)
  expect(await relay.read('a', cursor)).toBeUndefined()
  await shared.publish('a', 'after', { retention })
  expect(await recorder.heard(1)).toEqual(['after'])
})

test('a topic that nobody uses is let go of; who comes back to it is told of a gap', async () => {
  const shared = createMemoryBroker()
  const relay = open(shared, 40)
  const cursor = (await relay.read('a'))?.cursor ?? ''
  const unsubscribe = await relay.subscribe('a', cursor, new Recorder())
  await Bun.sleep(100)
  expect(await texts(relay, cursor)).toEqual([])
  unsubscribe()
  unsubscribe()
  await Bun.sleep(150)
  await shared.publish('a', 'meanwhile', { retention })
  expect(await texts(relay, cursor)).toBeUndefined()
  expect(await texts(relay)).toEqual(['meanwhile'])
})

test('while the shared broker is away a topic cannot be had, and can be afterwards', async () => {
  const shared = createMemoryBroker()
  let isAway = true
  const relay = open({
    ...shared,
    read: (topic, after) =>
      isAway ? Promise.reject(new Error('away')) : shared.read(topic, after),
  })
  expect(relay.read('a')).rejects.toThrow('away')
  await Bun.sleep(1)
  isAway = false
  expect(await texts(relay)).toEqual([])
})
