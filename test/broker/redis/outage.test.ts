import { afterEach, expect } from 'bun:test'
import type { Broker, Retention } from '../../../src/broker/broker.ts'
import { createRedisBroker } from '../../../src/redis.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { TcpProxy } from '../tcp-proxy.ts'
import { command, DURABLE, type RedisProcess, startRedis } from './redis-process.ts'

const { describe, test } = requires('redis-server')
const retention: Retention = { events: 100_000, age: 3_600_000, bytes: 1e9 }

describe('when something fails', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  })

  async function setUp(args = DURABLE): Promise<{ server: RedisProcess; proxy: TcpProxy }> {
    const server = await startRedis(args)
    const proxy = await TcpProxy.open(server.port)
    ends.push(server.close, () => proxy.shut())
    return { server, proxy }
  }

  function open(port: number, query = ''): Broker {
    const broker = createRedisBroker(`redis://127.0.0.1:${port}${query}`)
    ends.push(() => broker.close())
    return broker
  }

  async function listen(broker: Broker, topic: string): Promise<Recorder> {
    const recorder = new Recorder()
    await broker.subscribe(topic, (await broker.read(topic))?.cursor ?? '', recorder)
    return recorder
  }

  test('a server that is away for five seconds under load: whatever was acknowledged is heard once, in order', async () => {
    const { server } = await setUp()
    const brokers = [open(server.port, '?timeout=1000'), open(server.port, '?timeout=1000')]
    const recorders = await Promise.all(brokers.map((broker) => listen(broker, 'rooms/a')))
    const acknowledged: string[] = []
    const refused = new Set<string>()
    let going = true
    const publishers = brokers.map(async (broker, publisher) => {
      for (let number = 0; going; number++) {
        const text = `${publisher} ${number}`
        await broker.publish('rooms/a', text, { retention }).then(
          () => acknowledged.push(text),
          () => refused.add(text),
        )
        if (number % 50 === 0) await Bun.sleep(1)
      }
    })
    await eventually('some', () => acknowledged.length > 500)
    await server.kill()
    await Bun.sleep(5_000)
    expect(refused.size).toBeGreaterThan(0)
    const before = acknowledged.length
    await server.start()
    await eventually('some more', () => acknowledged.length > before + 500)
    going = false
    await Promise.all(publishers)
    const [first = new Recorder(), second = first] = recorders
    await eventually(
      'all',
      () => recorders.every(({ texts }) => acknowledged.every((text) => texts.includes(text))),
      20_000,
    )
    expect(first.gaps).toEqual([])
    expect(second.entries).toEqual(first.entries)
    expect(new Set(first.texts).size).toBe(first.texts.length)
    expect(first.texts.filter((text) => !refused.has(text)).toSorted()).toEqual(
      acknowledged.toSorted(),
    )
    for (const publisher of ['0', '1']) {
      const numbers = first.texts
        .filter((text) => text.startsWith(publisher))
        .map((text) => Number(text.slice(2)))
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    }
  }, 60_000)

  test('who falls behind what the feed holds goes on from the logs, and hears of a gap only where one has lost it', async () => {
    const { server, proxy } = await setUp()
    const near = open(server.port, '?feedEvents=100')
    const far = open(proxy.port, '?feedEvents=100')
    const [whole, torn, quiet] = await Promise.all(
      ['whole', 'torn', 'quiet'].map((topic) => listen(far, topic)),
    )
    await near.publish('whole', 'before', { retention })
    await near.publish('torn', 'before', { retention })
    await whole?.heard(1)
    await torn?.heard(1)
    proxy.refuse()
    await eventually('the problem', () => far.health?.().problem !== undefined)
    const texts = Array.from({ length: 1000 }, (_, number) => String(number))
    await near.publish('whole', 'typing', { retention, ephemeral: true })
    for (const text of texts) {
      await near.publish('whole', text, { retention })
      await near.publish('torn', text, { retention: { ...retention, events: 5 } })
    }
    expect(Number(await command(server.port, 'XLEN', '{rivulet:0}:feed'))).toBeLessThan(400)
    proxy.heal()
    expect(await whole?.heard(1001)).toEqual(['before', ...texts])
    await eventually('the gap', () => torn?.gaps.length === 1)
    await near.publish('torn', 'after', { retention })
    await near.publish('quiet', 'after', { retention })
    expect(await torn?.heard(2)).toEqual(['before', 'after'])
    expect(await quiet?.heard(1)).toEqual(['after'])
    expect([whole?.gaps, quiet?.gaps]).toEqual([[], []])
  })

  test('a short outage loses nothing but what was ephemeral', async () => {
    const { server, proxy } = await setUp()
    const [near, far] = [open(server.port), open(proxy.port)]
    const recorder = await listen(far, 'rooms/a')
    proxy.refuse()
    await eventually('the problem', () => far.health?.().problem !== undefined)
    await near.publish('rooms/a', '1', { retention })
    await near.publish('rooms/a', 'typing', { retention, ephemeral: true })
    await near.publish('rooms/a', '2', { retention })
    proxy.heal()
    expect(await recorder.heard(2)).toEqual(['1', '2'])
    await near.publish('rooms/a', 'typing again', { retention, ephemeral: true })
    expect(await recorder.heard(3)).toEqual(['1', '2', 'typing again'])
    expect(recorder.gaps).toEqual([])
  })

  test('a server that was emptied is another one: a gap, and no cursor from before is good', async () => {
    const { server } = await setUp()
    const broker = open(server.port)
    const recorder = await listen(broker, 'rooms/a')
    const cursor = await broker.publish('rooms/a', '1', { retention })
    await recorder.heard(1)
    await command(server.port, 'FLUSHALL')
    const next = await broker.publish('rooms/a', '2', { retention })
    await eventually('the gap', () => recorder.gaps.length === 1)
    expect(await recorder.heard(2)).toEqual(['1', '2'])
    expect(await broker.read('rooms/a', cursor)).toBeUndefined()
    expect(broker.compare(cursor, next)).toBeUndefined()
    expect(
      (await broker.read('rooms/a', recorder.gaps[0]))?.entries.map(({ text }) => text),
    ).toEqual(['2'])
  })

  test('a server that comes back without what it had is a gap, though it goes on as if nothing were', async () => {
    const { server } = await setUp(['--appendonly', 'no'])
    const broker = open(server.port)
    const recorder = await listen(broker, 'rooms/a')
    const first = await broker.publish('rooms/a', '1', { retention })
    await command(server.port, 'SAVE')
    await broker.publish('rooms/a', 'lost', { retention })
    await recorder.heard(2)
    await server.kill()
    await server.start()
    await eventually('the gap', () => recorder.gaps.length === 1)
    await broker.publish('rooms/a', '2', { retention })
    expect(await recorder.heard(3)).toEqual(['1', 'lost', '2'])
    expect((await broker.read('rooms/a'))?.entries.map(({ text }) => text)).toEqual(['1', '2'])
    expect(await broker.read('rooms/a', first)).toBeUndefined()
  })

  test('without an append-only file a restart is a gap, even where nobody is left who knows of what was lost', async () => {
    const { server } = await setUp(['--appendonly', 'no'])
    const [broker, other] = [open(server.port), open(server.port)]
    const cursor = await broker.publish('rooms/a', '1', { retention })
    await command(server.port, 'SAVE')
    await other.publish('rooms/a', 'lost', { retention })
    await other.close()
    await server.kill()
    await server.start()
    expect(await broker.read('rooms/a', cursor)).toBeUndefined()
  })

  test('a log that lost its end is noticed by whoever knows of an event in it', async () => {
    const { server, proxy } = await setUp()
    const broker = open(proxy.port)
    const recorder = await listen(broker, 'rooms/a')
    await broker.publish('rooms/a', '1', { retention })
    const cursor = await broker.publish('rooms/a', '2', { retention })
    await recorder.heard(2)
    proxy.refuse()
    await command(server.port, 'XDEL', '{rivulet:0}:feed', cursor.split('.')[1] ?? '')
    proxy.heal()
    await eventually('the gap', () => recorder.gaps.length === 1)
    expect(await broker.read('rooms/a', cursor)).toBeUndefined()
  })

  test('a link is logged once when it is lost and once when it is back, without the password', async () => {
    const { server, proxy } = await setUp(['--requirepass', 'hunter2'])
    const lines: string[] = []
    const { error, info } = console
    console.error = (...parts: unknown[]) => void lines.push(parts.join(' '))
    console.info = (...parts: unknown[]) => void lines.push(parts.join(' '))
    try {
      const broker = createRedisBroker(`redis://:hunter2@127.0.0.1:${proxy.port}?timeout=300`)
      ends.push(() => broker.close())
      await listen(broker, 'rooms/a')
      await server.kill()
      expect(await rejection(broker.publish('rooms/a', '1', { retention }))).toContain(
        'could not publish to',
      )
      await Bun.sleep(500)
      await server.start()
      await eventually('the recovery', () => broker.health?.().problem === undefined)
    } finally {
      console.error = error
      console.info = info
    }
    const at = `redis://127.0.0.1:${proxy.port}`
    expect(lines.filter((line) => line.includes(at)).map((line) => line.split(at)[0])).toEqual([
      'The redis broker has no connection to ',
      'The redis broker is connected to ',
    ])
    expect(lines.join('\n')).not.toContain('hunter2')
  })
})
