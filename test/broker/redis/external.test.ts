import { afterAll, beforeAll, expect } from 'bun:test'
import type { Broker, Retention } from '../../../src/broker/broker.ts'
import { createRedisBroker } from '../../../src/redis.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { command, type RedisProcess, startRedis } from './redis-process.ts'

const { describe, test } = requires('redis-server', 'python3')
const retention: Retention = { events: 3, age: 3_600_000, bytes: 1e6 }

describe('a producer in Python', () => {
  let server: RedisProcess
  const brokers: Broker[] = []
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(async () => {
    for (const broker of brokers) await broker.close()
    await server.close()
  })

  function open(query = ''): Broker {
    const broker = createRedisBroker(`redis://127.0.0.1:${server.port}${query}`)
    brokers.push(broker)
    return broker
  }

  async function publish(key: string, ...fields: string[]): Promise<void> {
    const script = ['python3', `${import.meta.dir}/publish.py`, String(server.port), key, ...fields]
    const child = Bun.spawn(script, { stdout: 'pipe', stderr: 'inherit' })
    expect(await new Response(child.stdout).text()).toMatch(/^\d+-\d+\n$/)
  }

  async function textsOf(
    broker: Broker,
    topic: string,
    after?: string,
  ): Promise<string[] | undefined> {
    return (await broker.read(topic, after))?.entries.map(({ text }) => text)
  }

  test('is heard by every process, once, and its events are kept like ours', async () => {
    const [one, other] = [open(), open()]
    const start = (await one.read('rooms/a'))?.cursor ?? ''
    const recorders = [new Recorder(), new Recorder()]
    await one.subscribe('rooms/a', start, recorders[0] ?? new Recorder())
    await other.subscribe('rooms/a', start, recorders[1] ?? new Recorder())
    const text = '{"event":"message","props":{"text":"gr\u00fc\u00df dich, \u{1f98a}"}}'
    await one.publish('rooms/a', '1', { retention })
    await publish('{rivulet:0}:in', 'topic', 'rooms/a', 'text', text)
    for (const recorder of recorders) expect(await recorder.heard(2)).toEqual(['1', text])
    expect(recorders[1]?.entries).toEqual(recorders[0]?.entries ?? [])
    expect(await textsOf(other, 'rooms/a', start)).toEqual(['1', text])
    // Kept as the last of the topic was: three.
    for (const number of ['2', '3', '4'])
      await publish('{rivulet:0}:in', 'topic', 'rooms/a', 'text', number)
    expect(await textsOf(one, 'rooms/a')).toEqual(['2', '3', '4'])
    expect(await recorders[0]?.heard(5)).toEqual(['1', text, '2', '3', '4'])
  })

  test('can supersede by key, be ephemeral, and say how long its event is kept', async () => {
    const broker = open()
    const recorder = new Recorder()
    const start = (await broker.read('rooms/b'))?.cursor ?? ''
    await broker.subscribe('rooms/b', start, recorder)
    const to = ['{rivulet:0}:in', 'topic', 'rooms/b'] as const
    await publish(...to, 'text', 'p1', 'key', 'presence')
    await publish(...to, 'text', 'p2', 'key', 'presence')
    await publish(...to, 'text', 'typing', 'ephemeral', '1')
    expect(await recorder.heard(3)).toEqual(['p1', 'p2', 'typing'])
    expect(recorder.entries[2]?.cursor).toBeUndefined()
    expect(await textsOf(broker, 'rooms/b', start)).toEqual(['p2'])
    await publish(...to, 'text', 'short', 'events', '1', 'age', '60000', 'bytes', '100')
    expect(await textsOf(broker, 'rooms/b')).toEqual(['short'])
    expect(await textsOf(broker, 'rooms/b', start)).toBeUndefined()
  })

  test('is read though nobody listened when it published', async () => {
    await publish('{later:0}:in', 'topic', 'rooms/a', 'text', '1')
    await publish('{later:0}:in', 'topic', 'rooms/a', 'text', '2')
    const broker = open('?prefix=later')
    expect(await textsOf(broker, 'rooms/a')).toEqual(['1', '2'])
  })

  test('finds the shard of a topic by its SHA-1; what went to another one is refused', async () => {
    const broker = open('?prefix=spread&shards=4')
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', (await broker.read('rooms/a'))?.cursor ?? '', recorder)
    const program = "import hashlib; print(int(hashlib.sha1(b'rooms/a').hexdigest()[:8], 16) % 4)"
    const shard = (await new Response(Bun.spawn(['python3', '-c', program]).stdout).text()).trim()
    await publish(`{spread:${(Number(shard) + 1) % 4}}:in`, 'topic', 'rooms/a', 'text', 'astray')
    await publish(`{spread:${shard}}:in`, 'topic', 'rooms/a', 'text', '1')
    expect(await recorder.heard(1)).toEqual(['1'])
  })

  test('that writes nonsense is counted, and nothing is lost but the nonsense', async () => {
    const broker = open('?prefix=nonsense')
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', (await broker.read('rooms/a'))?.cursor ?? '', recorder)
    const inbox = '{nonsense:0}:in'
    await publish(inbox, 'text', 'no topic')
    await publish(inbox, 'topic', 'rooms/a', 'events', 'nan', 'text', 'kept for nan')
    await publish(inbox, 'topic', 'rooms/a', 'text', '')
    await publish(inbox, 'topic', 'rooms/a', 'text', 'right', 'events', 'inf', 'whatever', 'else')
    expect(await recorder.heard(1)).toEqual(['right'])
    await eventually('the count', () => broker.health?.().badRecords === 3)
    expect(broker.health?.().problem).toBeUndefined()
    expect(await textsOf(broker, 'rooms/a')).toEqual(['right'])
  })

  test('that writes to the feed by mistake, with the largest id of a millisecond, is passed over', async () => {
    const broker = open('?prefix=large')
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', (await broker.read('rooms/a'))?.cursor ?? '', recorder)
    await command(
      server.port,
      'XADD',
      '{large:0}:feed',
      `${Date.now() + 50}-18446744073709551615`,
      'topic',
      'rooms/a',
      'text',
      'x',
    )
    await broker.publish('rooms/a', '1', { retention })
    await broker.publish('rooms/a', '2', { retention })
    expect(await recorder.heard(2)).toEqual(['1', '2'])
    expect(broker.health?.().badRecords).toBe(1)
  })

  test('that writes to a log of ours by mistake does not keep us from publishing', async () => {
    const broker = open('?prefix=mistaken')
    const recorder = new Recorder()
    const start = (await broker.read('rooms/a'))?.cursor ?? ''
    await broker.subscribe('rooms/a', start, recorder)
    const child = Bun.spawn([
      'redis-cli',
      '-p',
      String(server.port),
      'XADD',
      '{mistaken:0}:t:rooms/a',
      '9999999999999-0',
      'text',
      'x',
    ])
    expect(await child.exited).toBe(0)
    await broker.publish('rooms/a', '1', { retention })
    expect(await recorder.heard(1)).toEqual(['1'])
    expect(await textsOf(broker, 'rooms/a')).toEqual(['1'])
  })
})
