import { afterEach, beforeEach, expect, spyOn } from 'bun:test'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import type { KafkaOptions } from '../../../src/kafka.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { type KafkaServer, startMockKafka } from './mock-kafka.ts'
import { openKafka } from './open.ts'
import { TcpProxy } from '../tcp-proxy.ts'

const { describe, test } = requires('kcat')

describe('the kafka broker', () => {
  let server: KafkaServer
  let proxy: TcpProxy
  const ends: (() => Promise<void>)[] = []
  const logged: string[] = []
  beforeEach(async () => {
    const spies = (['error', 'info'] as const).map((level) =>
      spyOn(console, level).mockImplementation((text) => void logged.push(String(text))),
    )
    server = await startMockKafka()
    proxy = new TcpProxy(server.port)
    await proxy.open()
    ends.push(
      async () => spies.forEach((spy) => spy.mockRestore()),
      () => server.close(),
      () => proxy.shut(),
    )
  })
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
    logged.length = 0
  })

  function open(port: number, options?: Partial<KafkaOptions>): Broker {
    const broker = openKafka(port, 'app', options)
    ends.push(() => broker.close())
    return broker
  }

  async function listen(broker: Broker): Promise<Recorder> {
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', (await broker.read('rooms/a'))?.cursor ?? '', recorder)
    return recorder
  }

  function publish(broker: Broker, text: string): Promise<string> {
    return broker.publish('rooms/a', text, { retention: DEFAULT_RETENTION })
  }

  test('loses nothing that a publisher was told it has, though it is away for five seconds', async () => {
    const [publisher, listener] = [open(proxy.port), open(proxy.port)]
    const recorder = await listen(listener)
    const kept: string[] = []
    const refused: string[] = []
    const publishing: Promise<void>[] = []
    let next = 0
    const load = setInterval(() => {
      const text = String(next++)
      const outcome = publish(publisher, text).then(
        () => void kept.push(text),
        (error: unknown) => void refused.push(`${text}: ${String(error)}`),
      )
      publishing.push(outcome)
    }, 5)
    ends.push(async () => clearInterval(load))
    await eventually('the load', () => kept.length > 50)
    await proxy.shut()
    await Bun.sleep(5000)
    expect(publisher.health?.().problem).toContain(`kafka://127.0.0.1:${proxy.port}/app: `)
    expect(listener.health?.().problem).toContain('ECONNREFUSED')
    await proxy.open()
    const before = kept.length
    await eventually('the load', () => kept.length > before + 50)
    clearInterval(load)
    await Promise.all(publishing)
    await eventually('all events', () => new Set(recorder.texts).isSupersetOf(new Set(kept)))
    expect(recorder.gaps).toEqual([])
    // In order and each once; of what was refused, some may have been kept all the same.
    expect(recorder.texts).toEqual(recorder.texts.toSorted((one, other) => +one - +other))
    expect(new Set(recorder.texts).size).toBe(recorder.texts.length)
    const unsure = new Set(refused.map((text) => text.split(':')[0]))
    expect(recorder.texts.filter((text) => !kept.includes(text) && !unsure.has(text))).toEqual([])
    expect(refused.length).toBeGreaterThan(0)
    for (const text of refused) expect(text).toContain(`kafka://127.0.0.1:${proxy.port}/app`)
    // Lost once and back once, for each of the two.
    const lines = (what: string): number => logged.filter((line) => line.includes(what)).length
    await eventually('both links', () => lines('is back') === 2)
    expect(lines('is lost')).toBe(2)
  }, 60_000)

  test('is shared by processes, and one of them is killed', async () => {
    const recorder = await listen(open(server.port))
    const [steady, victim] = ['steady', 'victim'].map((name) => {
      const script = `${import.meta.dir}/publisher-process.ts`
      const child = Bun.spawn(
        [
          process.execPath,
          script,
          String(server.port),
          'app',
          name,
          name === 'steady' ? '2000' : '1e9',
        ],
        { stdout: 'pipe', stderr: 'inherit' },
      )
      ends.push(async () => child.kill('SIGKILL'))
      return { child, acknowledged: new Response(child.stdout).text() }
    })
    await eventually('events of the victim', () => recorder.texts.includes('victim:500'))
    victim?.child.kill('SIGKILL')
    expect(await steady?.child.exited).toBe(0)
    await victim?.child.exited
    const lines = [await steady?.acknowledged, await victim?.acknowledged]
      .join('')
      .split('\n')
      .slice(0, -1)
    expect(lines.length).toBeGreaterThan(2500)
    await eventually('all events', () => new Set(recorder.texts).isSupersetOf(new Set(lines)))
    for (const name of ['steady', 'victim']) {
      const numbers = recorder.texts
        .filter((text) => text.startsWith(name))
        .map((text) => Number(text.split(':')[1]))
      expect(numbers).toEqual([...numbers.keys()])
    }
    expect(recorder.gaps).toEqual([])
  }, 60_000)

  test('tells of a gap when the log is another one', async () => {
    const broker = open(proxy.port)
    const recorder = await listen(broker)
    const cursor = await publish(broker, 'before')
    await recorder.heard(1)
    const other = await startMockKafka()
    ends.push(() => other.close())
    proxy.target = other.port
    proxy.cut()
    await eventually('the gap', () => recorder.gaps.length === 1)
    await publish(broker, 'after')
    expect(await recorder.heard(2)).toEqual(['before', 'after'])
    expect(await broker.read('rooms/a', cursor)).toBeUndefined()
    expect(broker.compare(cursor, recorder.gaps[0] ?? '')).toBeUndefined()
    expect((await broker.read('rooms/a', recorder.gaps[0]))?.entries).toHaveLength(1)
  }, 30_000)

  test('tells of a gap when what was missed is no longer kept', async () => {
    const [broker, other] = [open(proxy.port), open(server.port)]
    const recorder = await listen(broker)
    const cursor = await publish(other, 'before')
    await recorder.heard(1)
    await proxy.shut()
    // The server keeps 5 MiB of a partition.
    const large = 'x'.repeat(900_000)
    for (let index = 0; index < 8; index++) await publish(other, large)
    await proxy.open()
    await eventually('the gap', () => recorder.gaps.length === 1)
    await publish(other, 'after')
    await eventually('the newest', () => recorder.texts.at(-1) === 'after')
    expect(recorder.texts.length).toBeLessThan(10)
    expect(await broker.read('rooms/a', cursor)).toBeUndefined()
    expect(broker.health?.().problem).toBeUndefined()
  }, 30_000)

  test('does not give what is ephemeral to those who were away', async () => {
    const [broker, other] = [open(proxy.port), open(server.port)]
    const recorder = await listen(broker)
    await proxy.shut()
    await other.publish('rooms/a', 'typing', { retention: DEFAULT_RETENTION, ephemeral: true })
    await publish(other, 'a')
    await proxy.open()
    await recorder.heard(1)
    await other.publish('rooms/a', 'typing', { retention: DEFAULT_RETENTION, ephemeral: true })
    expect(await recorder.heard(2)).toEqual(['a', 'typing'])
  }, 30_000)

  test('refuses within its time where nobody listens or nobody answers', async () => {
    const silent = new TcpProxy(server.port)
    await silent.open()
    silent.stall()
    ends.push(() => silent.shut())
    const dead = new TcpProxy(server.port)
    await dead.open()
    const { port } = dead
    await dead.shut()
    for (const [to, why] of [
      [silent.port, 'no answer'],
      [port, 'ECONNREFUSED'],
    ] as const) {
      const broker = open(to, { timeout: 500 })
      const asked = performance.now()
      const refusals = await Promise.all([
        rejection(publish(broker, 'a')),
        rejection(broker.read('rooms/a')),
        rejection(broker.subscribe('rooms/a', 'k1.0.0', new Recorder())),
      ])
      expect(performance.now() - asked).toBeLessThan(3000)
      for (const refusal of refusals) {
        expect(refusal).toContain(`kafka://127.0.0.1:${to}/app`)
        expect(refusal).toContain(why)
      }
    }
  })
})
