import { afterAll, beforeAll, expect } from 'bun:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { type Admin, openAdmin } from './admin.ts'
import { TcpProxy } from '../tcp-proxy.ts'
import { NatsServer } from './server.ts'

const { test } = requires('nats-server')

let server: NatsServer
let proxy: TcpProxy
let admin: Admin
let broker: Broker
beforeAll(async () => {
  server = await NatsServer.create()
  proxy = await TcpProxy.open(() => server.port)
  broker = createNatsBroker(server.url)
  await broker.read('a')
  admin = await openAdmin(server.url)
})
afterAll(async () => {
  await Promise.all([broker.close(), admin.close()])
  await proxy.shut()
  await server.close()
})

const few = { retention: { ...DEFAULT_RETENTION, events: 10 } }

async function publish(topic: string, from: number, to: number, key?: string): Promise<string[]> {
  const cursors: string[] = []
  for (let number = from; number < to; number++)
    cursors.push(await broker.publish(topic, `${number}`, { ...few, key }))
  return cursors
}

test('the stream gives back the room of evicted events; whoever comes from before is told of the gap', async () => {
  const away = createNatsBroker(`nats://127.0.0.1:${proxy.port}`)
  const [outrun, well] = [new Recorder(), new Recorder()]
  await away.subscribe('rooms/a', (await away.read('rooms/a'))?.cursor ?? '', outrun)
  await broker.subscribe('rooms/a', (await broker.read('rooms/a'))?.cursor ?? '', well)
  const cursors = await publish('rooms/a', 0, 20)
  await outrun.heard(20)
  // The network is cut for one of them: it misses events that are trimmed before it is back.
  proxy.stall()
  cursors.push(...(await publish('rooms/a', 20, 100)))
  expect(await admin.count('rivulet.rooms.a')).toBe(100)
  const other = createNatsBroker(server.url)
  await publish('rooms/presence', 0, 3, 'count')
  await broker.publish('rooms/presence', 'first', few)
  await publish('rooms/presence', 3, 100, 'count')
  await sleep(5500)
  await publish('rooms/a', 100, 110)
  await eventually('the trimming', async () => (await admin.count('rivulet.rooms.a')) < 40)
  await eventually('of keys', async () => (await admin.count('rivulet.rooms.presence')) < 10)

  const retained = Array.from({ length: 10 }, (_, index) => `${100 + index}`)
  for (const one of [broker, other]) {
    const texts = (await one.read('rooms/a'))?.entries.map(({ text }) => text)
    expect(texts).toEqual(retained)
    expect(await one.read('rooms/a', cursors[98])).toBeUndefined()
    expect((await one.read('rooms/a', cursors[99]))?.entries.length).toBe(10)
    const state = await one.read('rooms/presence')
    expect(state?.entries.map(({ text }) => text)).toEqual(['first', '99'])
  }
  await well.heard(110)
  expect(well.gaps).toEqual([])

  proxy.heal()
  await eventually('the gap', () => outrun.gaps.length > 0, 20_000)
  await broker.publish('rooms/a', 'new', few)
  await eventually('what is new', () => outrun.texts.at(-1) === 'new')
  expect(outrun.gaps.length).toBe(1)
  expect(outrun.texts.slice(0, 20)).toEqual(well.texts.slice(0, 20))
  await Promise.all([away.close(), other.close()])
}, 60_000)

test('a topic that a foreign producer has flooded is read from near its end, and the rest is a gap', async () => {
  const { manager } = admin
  const client = manager.jetstream()
  const start = (await broker.read('flood'))?.cursor ?? ''
  for (let round = 0; round < 24; round++) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        client.publish('rivulet.flood', `${round * 500 + index}`),
      ),
    )
  }
  const fresh = createNatsBroker(server.url)
  const texts = (await fresh.read('flood'))?.entries.map(({ text }) => text)
  expect(texts?.length).toBe(256)
  expect(texts?.at(-1)).toBe('11999')
  expect(await fresh.read('flood', start)).toBeUndefined()
  await fresh.close()
}, 30_000)
