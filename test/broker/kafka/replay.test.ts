import { afterAll, afterEach, beforeAll, expect } from 'bun:test'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import type { KafkaOptions } from '../../../src/kafka.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { type KafkaServer, startMockKafka } from './mock-kafka.ts'
import { openKafka } from './open.ts'

const { describe, test } = requires('kcat')

describe('what a process no longer has, or never had', () => {
  let server: KafkaServer
  const opened: Broker[] = []
  let apps = 0
  beforeAll(async () => {
    server = await startMockKafka()
  })
  afterAll(() => server.close())
  afterEach(async () => {
    for (const broker of opened.splice(0)) await broker.close()
  })

  function open(options?: Partial<KafkaOptions>): Broker {
    const broker = openKafka(server.port, `app-${apps}`, options)
    opened.push(broker)
    return broker
  }

  /** Publishes 100 events of one topic, each before one of another; resolves with their cursors. */
  async function fill(options = {}): Promise<string[]> {
    apps++
    const broker = open()
    const cursors: string[] = []
    for (let index = 0; index < 100; index++) {
      const kept = { retention: { ...DEFAULT_RETENTION, ...options }, key: undefined }
      const key = index % 50 === 49 ? 'state' : undefined
      cursors.push(await broker.publish('rooms/a', String(index), { ...kept, key }))
      await broker.publish('rooms/a', 'typing', { ...kept, ephemeral: true })
      await broker.publish('rooms/b', 'x'.repeat(1000), kept)
    }
    return cursors
  }

  async function read(broker: Broker, after?: string): Promise<string[] | undefined> {
    return (await broker.read('rooms/a', after))?.entries.map(({ text }) => text)
  }

  /** The numbers from one on, without the first event of the key, which the second replaces. */
  function numbers(from: number): string[] {
    const all = Array.from({ length: 100 }, (_, index) => index)
    return all.filter((index) => index >= from && index !== 49).map(String)
  }

  test('is had when it has just started', async () => {
    const cursors = await fill()
    const broker = open()
    expect(await read(broker)).toEqual(numbers(0))
    expect(await read(broker, cursors[9])).toEqual(numbers(10))
  })

  test('is read from Kafka again, and joined with what is had', async () => {
    const cursors = await fill()
    const broker = open({ history: { records: 40 } })
    const kept = (await read(broker)) ?? []
    expect(kept.length).toBeWithin(1, 50)
    expect(kept).toEqual(numbers(0).slice(-kept.length))
    for (const index of [0, 30, 48, 49, 97, 99])
      expect(await read(broker, cursors[index])).toEqual(numbers(index + 1))
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', cursors[20] ?? '', recorder)
    await broker.publish('rooms/a', '100', { retention: DEFAULT_RETENTION, key: 'state' })
    expect(await recorder.heard(79)).toEqual([...numbers(21), '100'])
    expect(await read(broker, cursors[20])).toEqual([...numbers(21).slice(0, -1), '100'])
  })

  test('is read from Kafka again when there was no memory for it', async () => {
    const cursors = await fill()
    const broker = open({ history: { bytes: 40_000 } })
    expect((await read(broker))?.length).toBeLessThan(50)
    expect(await read(broker, cursors[9])).toEqual(numbers(10))
  })

  test('is read for many at once', async () => {
    const cursors = await fill()
    const broker = open({ history: { records: 0 } })
    const asked = cursors.slice(50, 90).map((cursor) => read(broker, cursor))
    const all = await Promise.all(asked)
    expect(all).toEqual(cursors.slice(50, 90).map((_, index) => numbers(51 + index)))
  })

  test('is a gap when the topic does not retain it', async () => {
    const cursors = await fill({ events: 30 })
    const broker = open({ history: { records: 0 } })
    expect(await read(broker, cursors[68])).toBeUndefined()
    expect(await read(broker, cursors[69])).toEqual(numbers(70))
  })

  test('is a gap when it is more than may be read, for those alone who want so much', async () => {
    const cursors = await fill()
    const broker = open({ history: { records: 0 }, replayBytes: 20_000 })
    const asked = [cursors[0], cursors[97], cursors[1]].map((cursor) => read(broker, cursor))
    expect(await Promise.all(asked)).toEqual([undefined, ['98', '99'], undefined])
    expect(await read(broker, cursors[98])).toEqual(['99'])
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', cursors[0] ?? '', recorder)
    expect(recorder.gaps).toHaveLength(1)
    await broker.publish('rooms/a', 'new', { retention: DEFAULT_RETENTION })
    expect(await recorder.heard(1)).toEqual(['new'])
  })

  test('is a gap when it is from the future', async () => {
    const cursors = await fill()
    const broker = open()
    expect(await read(broker, `${cursors[99]}0`)).toBeUndefined()
  })
})
