import { afterEach, expect } from 'bun:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { NatsServer } from './server.ts'

const { test } = requires('nats-server')
const FIXTURE = `${import.meta.dir}/publisher.fixture.ts`

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function start(): Promise<NatsServer> {
  const server = await NatsServer.create()
  ends.push(() => server.close())
  return server
}

function open(server: NatsServer, timeout = 5000): Broker {
  const broker = createNatsBroker({ url: server.url, timeout })
  ends.push(() => broker.close())
  return broker
}

async function listen(broker: Broker, topic: string): Promise<Recorder> {
  const recorder = new Recorder()
  await broker.subscribe(topic, (await broker.read(topic))?.cursor ?? '', recorder)
  return recorder
}

test('two processes publish at once, one is killed: what was acknowledged is heard once, in order', async () => {
  const server = await start()
  const recorder = await listen(open(server), 'rooms/a')
  const [lives, dies] = ['lives', 'dies'].map((name) =>
    Bun.spawn([process.execPath, FIXTURE, server.url, 'rooms/a', name, '300'], {
      stdout: 'pipe',
      stderr: 'inherit',
    }),
  )
  if (lives === undefined || dies === undefined) throw new Error('They were not started.')
  const acknowledged = [lives, dies].map(({ stdout }) => new Response(stdout).text())
  await eventually('events of both', () =>
    ['lives', 'dies'].every((name) => recorder.texts.includes(`${name}:20`)),
  )
  dies.kill('SIGKILL')
  expect(await lives.exited).toBe(0)
  await dies.exited
  for (const text of acknowledged) {
    const published = (await text).trim().split('\n')
    const name = published[0]?.split(':')[0] ?? ''
    await eventually('the last', () => recorder.texts.includes(published.at(-1) ?? ''))
    const heard = recorder.texts.filter((one) => one.startsWith(name))
    expect(heard.slice(0, published.length)).toEqual(published)
    // The one that was on its way when the process died may have arrived.
    expect(heard.length - published.length).toBeLessThanOrEqual(name === 'dies' ? 1 : 0)
  }
  expect(recorder.gaps).toEqual([])
}, 60_000)

test('five seconds without a server, under load: each acknowledged event is heard once, in order', async () => {
  const server = await start()
  const [one, other] = [open(server, 1000), open(server, 1000)]
  const recorder = await listen(other, 'rooms/a')
  const own = await listen(one, 'rooms/a')
  const acknowledged: string[] = []
  let [rejected, going] = [0, true]
  const options = { retention: { ...DEFAULT_RETENTION, events: 100_000 } }
  const publishing = Promise.all(
    Array.from({ length: 4 }, async (_, publisher) => {
      for (let number = 0; going; number++) {
        const text = `${publisher}:${number}`
        try {
          await one.publish('rooms/a', text, options)
          acknowledged.push(text)
        } catch (error) {
          expect(String(error)).toContain('127.0.0.1')
          rejected++
        }
        await sleep(1)
      }
    }),
  )
  await eventually('a start', () => acknowledged.length > 500)
  await server.kill()
  await sleep(5000)
  const before = acknowledged.length
  await server.start()
  await eventually('a second start', () => acknowledged.length > before + 500, 20_000)
  going = false
  await publishing
  const last = acknowledged.at(-1) ?? ''
  await eventually('the last', () => [own, recorder].every(({ texts }) => texts.includes(last)))
  expect(rejected).toBeGreaterThan(0)
  for (const { texts, gaps } of [own, recorder]) {
    expect(new Set(texts).size).toBe(texts.length)
    const kept = new Set(acknowledged)
    for (let publisher = 0; publisher < 4; publisher++) {
      const ofOne = (text: string): boolean => text.startsWith(`${publisher}:`)
      const heard = texts.filter((text) => ofOne(text) && kept.has(text))
      expect(heard).toEqual(acknowledged.filter(ofOne))
    }
    expect(gaps).toEqual([])
  }
  expect(own.texts).toEqual(recorder.texts)
  const retained = await other.read('rooms/a')
  expect(retained?.entries.map(({ text }) => text)).toEqual(own.texts)
}, 60_000)
