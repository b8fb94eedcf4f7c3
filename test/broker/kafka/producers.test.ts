import { afterAll, afterEach, beforeAll, expect, spyOn } from 'bun:test'
import type { Broker } from '../../../src/broker/broker.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { kcatPublish } from './kcat.ts'
import { type KafkaServer, startMockKafka } from './mock-kafka.ts'
import { openKafka } from './open.ts'

const { describe, test } = requires('kcat')

describe('events of kcat', () => {
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

  /** A broker on a topic of its own, who listens to `rooms/a`, and how to publish there. */
  async function setUp(): Promise<{
    broker: Broker
    recorder: Recorder
    start: string
    publish: (lines: string | readonly number[], ...options: string[]) => Promise<void>
  }> {
    const app = `app-${apps++}`
    const broker = openKafka(server.port, app)
    opened.push(broker)
    const start = (await broker.read('rooms/a'))?.cursor ?? ''
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', start, recorder)
    const publish = (lines: string | readonly number[], ...options: string[]): Promise<void> =>
      kcatPublish(server.port, lines, '-t', app, '-X', 'partitioner=murmur2_random', ...options)
    return { broker, recorder, start, publish }
  }

  function events(count: number): string[] {
    return Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        event: 'message',
        props: { text: `${index} of ${'ä'.repeat(index % 50)}` },
      }),
    )
  }

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'are heard in order and replayed when they are packed with %s',
    async (codec) => {
      const { broker, recorder, start, publish } = await setUp()
      const texts = events(250)
      await publish(`${texts.join('\n')}\n`, '-k', 'rooms/a', '-z', codec, '-X', 'linger.ms=50')
      expect(await recorder.heard(250)).toEqual(texts)
      const { entries } = (await broker.read('rooms/a', start)) ?? { entries: [] }
      expect(entries).toEqual(recorder.entries)
      expect(broker.health?.().badRecords).toBe(0)
    },
  )

  test('say with headers how they are kept', async () => {
    const { broker, recorder, publish } = await setUp()
    const key = ['-k', 'rooms/a']
    await publish('p1', ...key, '-H', 'rivulet-key=presence')
    await publish('typing', ...key, '-H', 'rivulet-ephemeral=1')
    await publish('p2', ...key, '-H', 'rivulet-key=presence', '-H', 'trace-id=0af7651916cd43dd')
    expect(await recorder.heard(3)).toEqual(['p1', 'typing', 'p2'])
    const { entries } = (await broker.read('rooms/a')) ?? { entries: [] }
    expect(entries.map(({ text }) => text)).toEqual(['p2'])
    await publish('a', ...key, '-H', 'rivulet-keep=1,60000,1000')
    await recorder.heard(4)
    expect((await broker.read('rooms/a'))?.entries.map(({ text }) => text)).toEqual(['a'])
  })

  test('are passed over when they are none, and those behind them are heard', async () => {
    const complaints = spyOn(console, 'error').mockImplementation(() => undefined)
    const { broker, recorder, publish } = await setUp()
    const key = ['-k', 'rooms/a']
    await publish('no key')
    await publish('rooms/a:\n', '-K:', '-Z')
    await publish([0xff, 0xfe], ...key)
    await publish('x', ...key, '-H', 'rivulet-ephemeral=yes')
    await publish('x', ...key, '-H', 'rivulet-keep=lots')
    await publish(
      'x'.repeat(200_000) + 'ä'.repeat(900_000),
      ...key,
      '-X',
      'message.max.bytes=4000000',
    )
    await publish('good', ...key)
    expect(await recorder.heard(1)).toEqual(['good'])
    await eventually('the count', () => broker.health?.().badRecords === 5 + 1)
    // At most one line a second, the first at once.
    expect(complaints.mock.calls.length).toBeWithin(1, 4)
    expect(complaints.mock.calls.join()).toContain('is no event and is passed over: ')
    complaints.mockRestore()
  })

  test('on a partition that is not the topic’s are no events, and the log says what to do', async () => {
    const complaints = spyOn(console, 'error').mockImplementation(() => undefined)
    const { broker, recorder, start, publish } = await setUp()
    const right = Number(start.split('.')[1])
    await publish('astray', '-k', 'rooms/a', '-p', String((right + 1) % 4))
    await publish('good', '-k', 'rooms/a', '-p', String(right))
    expect(await recorder.heard(1)).toEqual(['good'])
    await eventually('the count', () => broker.health?.().badRecords === 1)
    expect(complaints.mock.calls.join()).toContain(
      `its key "rooms/a" belongs on partition ${right} of 4`,
    )
    expect(recorder.gaps).toEqual([])
    complaints.mockRestore()
  })
})
