import { expect } from 'bun:test'
import { cp, rm } from 'node:fs/promises'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { openAdmin } from './admin.ts'
import { listen } from './listen.ts'
import { TcpProxy } from '../tcp-proxy.ts'
import { NatsServer } from './server.ts'

// How a listener goes on after its place in the stream has changed behind its back.

const { test } = requires('nats-server')
const options = { retention: DEFAULT_RETENTION }

test.concurrent(
  'a stream that was made anew: old cursors are gaps, listeners are told and hear the new one',
  async () => {
    await using server = await NatsServer.create()
    await using admin = await openAdmin(server.url)
    const broker = server.open()
    const recorder = await listen(broker, 'a')
    const old = await broker.publish('a', '1', options)
    await recorder.heard(1)
    await admin.manager.streams.delete('rivulet')
    await eventually('the gap', () => recorder.gaps.length === 1, 20_000)
    const cursor = await broker.publish('a', '2', options)
    await eventually('the new one', () => recorder.texts.at(-1) === '2')
    expect(await broker.read('a', old)).toBeUndefined()
    expect(broker.compare(old, cursor)).toBeUndefined()
    expect((await broker.read('a', recorder.gaps[0]))?.entries.map(({ text }) => text)).toEqual([
      '2',
    ])
  },
  30_000,
)

test.concurrent(
  'a consumer that somebody deletes is replaced, and nothing is missed',
  async () => {
    await using server = await NatsServer.create()
    await using admin = await openAdmin(server.url)
    const broker = server.open()
    const recorder = await listen(broker, 'a')
    await broker.publish('a', '1', options)
    await recorder.heard(1)
    const [consumer] = await admin.manager.consumers.list('rivulet').next()
    await admin.manager.consumers.delete('rivulet', consumer?.name ?? '')
    await broker.publish('a', '2', options)
    await eventually('what came meanwhile', () => recorder.entries.length === 2, 20_000)
    await broker.publish('a', '3', options)
    expect(await recorder.heard(3)).toEqual(['1', '2', '3'])
    expect(recorder.gaps).toEqual([])
    expect(broker.health?.().problem).toBeUndefined()
  },
  30_000,
)

test.concurrent(
  'what the stream evicted by its own limits while a listener was away is a gap',
  async () => {
    await using server = await NatsServer.create()
    await using proxy = await TcpProxy.open(() => server.port)
    const other = server.open({ maxBytes: 1_048_576 })
    await other.read('a')
    const away = server.open({ url: `nats://127.0.0.1:${proxy.port}` })
    const recorder = await listen(away, 'a')
    await other.publish('a', '1', options)
    await recorder.heard(1)
    proxy.stall()
    await other.publish('a', '2', options)
    const text = 'x'.repeat(100_000)
    for (let number = 0; number < 15; number++) await other.publish(`b/${number}`, text, options)
    proxy.heal()
    await eventually('the gap', () => recorder.gaps.length === 1, 20_000)
    await other.publish('a', '3', options)
    expect(await recorder.heard(2)).toEqual(['1', '3'])
  },
  30_000,
)

test.concurrent(
  'a stream that has lost its end, as after a power failure, is a gap',
  async () => {
    await using server = await NatsServer.create()
    const broker = server.open({ timeout: 5000 })
    await broker.publish('a', '1', options)
    const recorder = await listen(broker, 'a')
    const restore = await snapshot(server)
    let lost = ''
    for (const text of ['2', '3', '4']) lost = await broker.publish('a', text, options)
    await recorder.heard(3)
    await restore()
    await eventually('the gap', () => recorder.gaps.length === 1, 20_000)
    expect(await broker.read('a', lost)).toBeUndefined()
    await broker.publish('a', '5', options)
    expect(await recorder.heard(4)).toEqual(['2', '3', '4', '5'])
    expect((await broker.read('a'))?.entries.map(({ text }) => text)).toEqual(['1', '5'])
  },
  30_000,
)

test.concurrent(
  'an end that was lost and written anew before the listener was back is a gap',
  async () => {
    await using server = await NatsServer.create()
    await using proxy = await TcpProxy.open(() => server.port)
    const other = server.open({ timeout: 5000 })
    await other.publish('a', '1', options)
    const recorder = await listen(server.open({ url: `nats://127.0.0.1:${proxy.port}` }), 'a')
    const restore = await snapshot(server)
    for (const text of ['2', '3', '4']) await other.publish('a', text, options)
    await recorder.heard(3)
    proxy.stall()
    await restore()
    for (const text of ['5', '6', '7', '8']) await other.publish('a', text, options)
    proxy.heal()
    await eventually('the gap', () => recorder.gaps.length === 1, 20_000)
    await eventually('the end', () => recorder.texts.at(-1) === '8')
    // Its sequence number was the one of the last that was heard: up to there nobody knows.
    expect(recorder.texts).toEqual(['2', '3', '4', '7', '8'])
  },
  30_000,
)

/** Keeps the stream as it is; the returned function puts it back. */
async function snapshot(server: NatsServer): Promise<() => Promise<void>> {
  const [folder, copy] = [`${server.folder}/js`, `${server.folder}/copy`]
  await server.kill()
  await cp(folder, copy, { recursive: true })
  await server.start()
  return async () => {
    await server.kill()
    await rm(folder, { recursive: true })
    await cp(copy, folder, { recursive: true })
    await server.start()
  }
}
