import { afterAll, beforeAll, expect } from 'bun:test'
import fc from 'fast-check'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createMemoryBroker } from '../../../src/broker/memory.ts'
import { createRedisBroker } from '../../../src/redis.ts'
import { requires } from '../../run/requires.ts'
import { brokerContract } from '../contract.ts'
import { type BrokerServer, sharedBrokerContract } from '../shared-contract.ts'
import { command, type RedisProcess, startRedis } from './redis-process.ts'
import { TcpProxy } from '../tcp-proxy.ts'

const { describe, test } = requires('redis-server')

describe('one server', () => {
  let server: RedisProcess
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.close())

  brokerContract('redis', () => createRedisBroker(`redis://127.0.0.1:${server.port}`))

  sharedBrokerContract('redis', startShared)

  test('whatever was published, it is read as from memory', async () => {
    const event = fc.record({
      topic: fc.constantFrom('a', 'b'),
      key: fc.constantFrom(undefined, undefined, 'k', 'l'),
      size: fc.integer({ min: 1, max: 9 }),
      events: fc.constantFrom(4, 4, 2, 0),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
        const memory = createMemoryBroker()
        const redis = createRedisBroker(`redis://127.0.0.1:${server.port}?prefix=run${run++}`)
        const cursors = [[(await memory.read('a'))?.cursor, (await redis.read('a'))?.cursor]]
        for (const [index, { topic, key, size, events: most }] of events.entries()) {
          const text = `${index}`.padEnd(size, '.')
          const options = { retention: { ...DEFAULT_RETENTION, events: most, bytes: 20 }, key }
          cursors.push([
            await memory.publish(topic, text, options),
            await redis.publish(topic, text, options),
          ])
        }
        for (const topic of ['a', 'b']) {
          for (const [inMemory, inRedis] of cursors) {
            const [one, other] = [
              await memory.read(topic, inMemory),
              await redis.read(topic, inRedis),
            ]
            expect(other?.entries.map(({ text }) => text)).toEqual(
              one?.entries.map(({ text }) => text),
            )
          }
        }
        await memory.close()
        await redis.close()
      }),
      { numRuns: 40 },
    )
  }, 30_000)

  test('a topic without a log needs none: a cursor is good for a day, then it is a gap', async () => {
    const broker = createRedisBroker(`redis://127.0.0.1:${server.port}?prefix=day`)
    const cursor = (await broker.read('rooms/a'))?.cursor ?? ''
    const hoursAgo = (hours: number): string =>
      cursor.replace(/\d+-/, (ms) => `${parseInt(ms, 10) - hours * 3_600_000}-`)
    expect((await broker.read('rooms/a', hoursAgo(23)))?.entries).toEqual([])
    expect(await broker.read('rooms/a', hoursAgo(25))).toBeUndefined()
    expect(await broker.read('rooms/a', hoursAgo(-1))).toBeUndefined()
    await broker.close()
  })

  test('no cursor is old when it is given out, though nothing was published for a year', async () => {
    const feed = ['{year:0}:feed', '1000000000000-0', 'n', '1', 'tick', '1']
    const meta = ['epoch', '0123456789abc', 'n', '1', 'last', '1000000000000-0', 'shards', '1']
    await command(server.port, 'XADD', ...feed)
    await command(server.port, 'HSET', '{year:0}:meta', ...meta)
    const broker = createRedisBroker(`redis://127.0.0.1:${server.port}?prefix=year`)
    const [first, second] = [await broker.read('rooms/a'), await broker.read('rooms/a')]
    expect(Number(/\.(\d+)-/.exec(first?.cursor ?? '')?.[1])).toBeGreaterThan(Date.now() - 60_000)
    expect(second?.cursor).toBe(first?.cursor ?? '')
    await broker.close()
  })

  test('the feed holds so many bytes and no more', async () => {
    const broker = createRedisBroker({
      url: `redis://127.0.0.1:${server.port}`,
      prefix: 'bytes',
      feedBytes: 65_536,
    })
    const text = 'x'.repeat(4096)
    for (let number = 0; number < 40; number++)
      await broker.publish('a', text, { retention: DEFAULT_RETENTION })
    expect(Number(await command(server.port, 'XLEN', '{bytes:0}:feed'))).toBeWithin(14, 18)
    expect((await broker.read('a'))?.entries.length).toBe(40)
    await broker.close()
  })

  test('what nobody publishes to any more goes away', async () => {
    const broker = createRedisBroker(`redis://127.0.0.1:${server.port}?prefix=idle`)
    const retention = { ...DEFAULT_RETENTION, age: 5000 }
    await broker.publish('rooms/a', '1', { retention })
    const [log, state] = [
      await command(server.port, 'PTTL', '{idle:0}:t:rooms/a'),
      await command(server.port, 'PTTL', '{idle:0}:s:rooms/a'),
    ]
    expect(Number(log)).toBeWithin(1, 5001)
    expect(Number(state)).toBeWithin(86_000_000, 86_400_001)
    await broker.close()
  })
})

async function startShared(): Promise<BrokerServer> {
  const server = await startRedis()
  const proxy = await TcpProxy.open(server.port)
  return {
    open: async () => createRedisBroker(`redis://127.0.0.1:${proxy.port}`),
    kill: server.kill,
    start: server.start,
    async poison(topic) {
      await command(server.port, 'XADD', '{rivulet:0}:feed', '*', 'topic', topic, 'nonsense', '1')
      await command(server.port, 'XADD', '{rivulet:0}:in', '*', 'topic', topic, 'nonsense', '1')
      await command(server.port, 'XADD', `{rivulet:0}:t:${topic}`, '*', 'nonsense', '1')
    },
    stall: async () => proxy.stall(),
    heal: async () => proxy.heal(),
    async close() {
      await proxy.shut()
      await server.close()
    },
  }
}
