import { afterAll, beforeAll, expect } from 'bun:test'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createRedisBroker } from '../../../src/redis.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { brokerContract } from '../contract.ts'
import { Recorder } from '../listener.ts'
import { command, DURABLE, freePort, type RedisProcess, startRedis } from './redis-process.ts'

const { describe, test } = requires('redis-server')
const options = { retention: DEFAULT_RETENTION }
/** The first slot of each of three nodes, and the one after the last. */
const SLOTS = [0, 5461, 10922, 16384]

describe('a Cluster', () => {
  let nodes: RedisProcess[] = []
  let url: string
  beforeAll(async () => {
    nodes = await startCluster()
    // One of them is enough to find the others.
    url = `redis+cluster://127.0.0.1:${nodes[0]?.port}?timeout=5000`
  }, 30_000)
  afterAll(async () => {
    for (const node of nodes) await node.close()
  })

  brokerContract('redis cluster', () => createRedisBroker(url))

  async function withBrokers(use: (one: Broker, other: Broker) => Promise<void>): Promise<void> {
    const brokers = [createRedisBroker(url), createRedisBroker(url)] as const
    try {
      await use(...brokers)
    } finally {
      for (const broker of brokers) await broker.close()
    }
  }

  async function listen(broker: Broker, topic: string): Promise<Recorder> {
    const recorder = new Recorder()
    await broker.subscribe(topic, (await broker.read(topic))?.cursor ?? '', recorder)
    return recorder
  }

  test('spreads topics over all nodes, and every process hears all of them', async () => {
    await withBrokers(async (one, other) => {
      const topics = Array.from({ length: 40 }, (_, number) => `rooms/${number}`)
      const recorders = await Promise.all(topics.map((topic) => listen(other, topic)))
      await Promise.all(topics.map((topic) => one.publish(topic, `of ${topic}`, options)))
      for (const [index, recorder] of recorders.entries())
        expect(await recorder.heard(1)).toEqual([`of rooms/${index}`])
      for (const { port } of nodes)
        expect(Number(await command(port, 'DBSIZE'))).toBeGreaterThan(10)
    })
  })

  test('a node that dies takes only its own topics along, and they go on when it is back', async () => {
    await withBrokers(async (one, other) => {
      const topics = Array.from({ length: 24 }, (_, number) => `node/${number}`)
      const recorders = await Promise.all(topics.map((topic) => listen(other, topic)))
      await Promise.all(topics.map((topic) => one.publish(topic, 'before', options)))
      await nodes[1]?.kill()
      const during = await Promise.allSettled(
        topics.map((topic) => one.publish(topic, 'meanwhile', options)),
      )
      const refused = during.filter(({ status }) => status === 'rejected').length
      expect(refused).toBeWithin(1, topics.length)
      expect(one.health?.().problem).toContain('redis+cluster://')
      await nodes[1]?.start()
      await eventually('the recovery', () => one.health?.().problem === undefined, 20_000)
      await Promise.all(topics.map((topic) => one.publish(topic, 'after', options)))
      await eventually('all', () => recorders.every(({ texts }) => texts.at(-1) === 'after'))
      for (const [index, { texts, gaps }] of recorders.entries()) {
        expect(gaps).toEqual([])
        const heard =
          during[index]?.status === 'fulfilled'
            ? ['before', 'meanwhile', 'after']
            : ['before', 'after']
        // What was refused may have been kept all the same.
        expect(
          during[index]?.status === 'fulfilled'
            ? texts
            : texts.filter((text) => text !== 'meanwhile'),
        ).toEqual(heard)
      }
    })
  }, 40_000)

  test('a slot that moves to another node takes its topics along, without loss', async () => {
    await withBrokers(async (one, other) => {
      const topics = Array.from({ length: 24 }, (_, number) => `move/${number}`)
      const recorders = await Promise.all(topics.map((topic) => listen(other, topic)))
      const published = new Map<string, string[]>(topics.map((topic) => [topic, []]))
      let going = true
      const publishing = topics.map(async (topic) => {
        for (let number = 0; going; number++) {
          await one.publish(topic, String(number), options)
          published.get(topic)?.push(String(number))
          await Bun.sleep(2)
        }
      })
      await moveSlot(nodes, '{rivulet:0}')
      await Bun.sleep(300)
      going = false
      await Promise.all(publishing)
      for (const [index, recorder] of recorders.entries()) {
        const texts = published.get(topics[index] ?? '') ?? []
        expect(await recorder.heard(texts.length)).toEqual(texts)
        expect(recorder.gaps).toEqual([])
      }
    })
  }, 40_000)
})

async function startCluster(): Promise<RedisProcess[]> {
  const args = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--cluster-require-full-coverage',
    'no',
    ...DURABLE,
  ]
  const nodes = await Promise.all(
    [0, 1, 2].map(() => startRedis([...args, '--cluster-port', String(freePort())])),
  )
  for (const [index, { port }] of nodes.entries()) {
    const last = (SLOTS[index + 1] ?? 0) - 1
    await command(port, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    await command(port, 'CLUSTER', 'ADDSLOTSRANGE', String(SLOTS[index]), String(last))
  }
  const [first] = nodes
  for (const { port } of nodes) {
    const bus = String(
      await command(port, 'CONFIG', 'GET', 'cluster-port').then(
        (answer) => Object.values(answer as object)[0],
      ),
    )
    if (port !== first?.port)
      await command(first?.port ?? 0, 'CLUSTER', 'MEET', '127.0.0.1', String(port), bus)
  }
  for (const { port } of nodes) {
    await eventually(
      'the cluster',
      async () => {
        const info = String(await command(port, 'CLUSTER', 'INFO'))
        return info.includes('cluster_state:ok') && info.includes('cluster_slots_ok:16384')
      },
      20_000,
    )
  }
  return nodes
}

/** Moves the slot of a tag, with all its keys, to another node, as redis-cli --cluster reshard does. */
async function moveSlot(nodes: readonly RedisProcess[], tag: string): Promise<void> {
  const slot = String(await command(nodes[0]?.port ?? 0, 'CLUSTER', 'KEYSLOT', tag))
  const from = nodes[SLOTS.findLastIndex((first) => first <= Number(slot))]
  const to = nodes.find((node) => node !== from)
  if (from === undefined || to === undefined) throw new Error('There are no two nodes.')
  const id = async ({ port }: RedisProcess): Promise<string> =>
    String(await command(port, 'CLUSTER', 'MYID'))
  await command(to.port, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', await id(from))
  await command(from.port, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', await id(to))
  for (;;) {
    const keys = (await command(from.port, 'CLUSTER', 'GETKEYSINSLOT', slot, '5')) as string[]
    if (keys.length === 0) break
    await command(
      from.port,
      'MIGRATE',
      '127.0.0.1',
      String(to.port),
      '',
      '0',
      '5000',
      'KEYS',
      ...keys,
    )
  }
  for (const node of [to, from, ...nodes])
    await command(node.port, 'CLUSTER', 'SETSLOT', slot, 'NODE', await id(to))
}
