import { afterEach, expect } from 'bun:test'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createRedisBroker } from '../../../src/redis.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { command, DURABLE, type RedisProcess, startRedis } from './redis-process.ts'

const { describe, test } = requires('redis-server')
const retention = { ...DEFAULT_RETENTION, events: 100_000, bytes: 1e9 }

describe('a server with two replicas, watched by a Sentinel', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  })

  async function setUp(): Promise<{ master: RedisProcess; open: (query: string) => Broker }> {
    const master = await startRedis([...DURABLE, '--repl-diskless-sync-delay', '0'])
    ends.push(master.close)
    const follow = [...DURABLE, '--replicaof', '127.0.0.1', String(master.port)]
    const replicas = await Promise.all([startRedis(follow), startRedis(follow)])
    for (const replica of replicas) {
      ends.push(replica.close)
      await eventually('the replica', async () =>
        String(await command(replica.port, 'INFO', 'replication')).includes('link_status:up'),
      )
    }
    const sentinel = await startRedis([], sentinelConfiguration(master.port))
    ends.push(sentinel.close)
    await eventually('the Sentinel', async () => {
      const known = (await command(sentinel.port, 'SENTINEL', 'REPLICAS', 'main')) as unknown[]
      return known.length === 2
    })
    const open = (query: string): Broker => {
      const broker = createRedisBroker(`redis+sentinel://127.0.0.1:${sentinel.port}/main${query}`)
      ends.push(() => broker.close())
      return broker
    }
    return { master, open }
  }

  test('goes on at a replica. Everybody is told of a gap, as nobody knows what that one lacks: with replicas=1 nothing that was acknowledged', async () => {
    const { master, open } = await setUp()
    const [careful, other] = [open('?replicas=1&timeout=2000'), open('?timeout=2000')]
    const recorder = new Recorder()
    const start = (await other.read('rooms/a'))?.cursor ?? ''
    await other.subscribe('rooms/a', start, recorder)
    const acknowledged: string[] = []
    let going = true
    const publishing = (async () => {
      for (let number = 0; going; number++) {
        const published = careful.publish('rooms/a', String(number), { retention })
        await published.then(
          () => acknowledged.push(String(number)),
          () => undefined,
        )
      }
    })()
    await eventually('some', () => acknowledged.length > 300)
    await master.kill()
    const before = acknowledged.length
    await eventually('some at the replica', () => acknowledged.length > before + 100, 30_000)
    await eventually('the gap', () => recorder.gaps.length === 1)
    going = false
    await publishing
    await careful.publish('rooms/a', 'end', { retention })
    acknowledged.push('end')
    await eventually('the end', () => recorder.texts.at(-1) === 'end')
    expect(recorder.gaps.length).toBe(1)
    expect(new Set(recorder.texts).size).toBe(recorder.texts.length)
    const log = (await other.read('rooms/a'))?.entries.map(({ text }) => text) ?? []
    expect(log.filter((text) => acknowledged.includes(text))).toEqual(acknowledged)
    const later = await other.read('rooms/a', recorder.gaps[0])
    const texts = later?.entries.map(({ text }) => text) ?? []
    expect(texts.length).toBeGreaterThan(0)
    expect(recorder.texts.slice(-texts.length)).toEqual(texts)
    expect(await other.read('rooms/a', start)).toBeUndefined()
  }, 60_000)
})

/** It needs nobody's agreement to take a server for dead. */
function sentinelConfiguration(port: number): string {
  return `sentinel monitor main 127.0.0.1 ${port} 1
sentinel down-after-milliseconds main 500
sentinel failover-timeout main 5000
`
}
