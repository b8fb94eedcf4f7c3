import { afterAll, beforeAll, expect, spyOn } from 'bun:test'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
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
  beforeAll(async () => {
    server = await startMockKafka()
  })
  afterAll(() => server.close())

  test('has two connections, however many topics are listened to, and none when it is closed', async () => {
    const proxy = new TcpProxy(server.port)
    await proxy.open()
    const broker = openKafka(proxy.port, 'app')
    expect(proxy.clients).toBe(0)
    const recorders = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const recorder = new Recorder()
        const { cursor = '' } = (await broker.read(`topic/${index}`)) ?? {}
        await broker.subscribe(`topic/${index}`, cursor, recorder)
        return recorder
      }),
    )
    await Promise.all(
      recorders.map((_, index) =>
        broker.publish(`topic/${index}`, String(index), { retention: DEFAULT_RETENTION }),
      ),
    )
    for (const [index, recorder] of recorders.entries())
      expect(await recorder.heard(1)).toEqual([String(index)])
    expect(proxy.clients).toBe(2)
    await broker.close()
    await eventually('the end of all connections', () => proxy.clients === 0)
    await proxy.shut()
  })

  test('refuses what is under way when it is closed', async () => {
    const proxy = new TcpProxy(server.port)
    await proxy.open()
    proxy.stall()
    const broker = openKafka(proxy.port, 'app')
    const asked = [
      rejection(broker.publish('a', '1', { retention: DEFAULT_RETENTION })),
      rejection(broker.read('a')),
      rejection(broker.subscribe('a', 'k1.0.0', new Recorder())),
    ]
    await broker.close()
    for (const refusal of await Promise.all(asked))
      expect(refusal).toContain('the broker is closed')
    await eventually('the end of all connections', () => proxy.clients === 0)
    await proxy.shut()
  })

  test('lets a process end once it is closed, whether or not a server was there', async () => {
    const script = `const { createKafkaBroker } = await import('./src/kafka.ts')
      for (const url of ['kafka://127.0.0.1:${server.port}/app', 'kafka://127.0.0.1:1/app']) {
        const broker = createKafkaBroker({ url, timeout: 300 })
        await broker.read('a').catch((error) => console.log(error.message))
        await broker.close()
      }`
    const child = Bun.spawn([process.execPath, '-e', script], {
      cwd: `${import.meta.dir}/../../..`,
      timeout: 20_000,
      stderr: 'ignore',
    })
    expect(await child.exited).toBe(0)
    expect(await new Response(child.stdout).text()).toContain('kafka://127.0.0.1:1/app')
  })

  test('refuses an event that no listener would take', async () => {
    const broker = openKafka(server.port, 'app')
    const options = { retention: DEFAULT_RETENTION }
    const large = broker.publish('a', 'x'.repeat(1024 * 1024 + 1), options)
    expect(await rejection(large)).toContain('more than 1048576')
    expect(await rejection(broker.publish('', 'x', options))).toContain(
      'a topic has 1 to 4096 bytes, not 0',
    )
    await broker.close()
  })

  test('one listener that throws is in nobody’s way', async () => {
    const complaints = spyOn(console, 'error').mockImplementation(() => undefined)
    const broker = openKafka(server.port, 'app')
    const { cursor = '' } = (await broker.read('throws')) ?? {}
    const thrower = {
      next() {
        throw new Error('mine')
      },
      gap() {},
    }
    const recorder = new Recorder()
    await broker.subscribe('throws', cursor, thrower)
    await broker.subscribe('throws', cursor, recorder)
    await broker.publish('throws', '1', { retention: DEFAULT_RETENTION })
    await broker.publish('throws', '2', { retention: DEFAULT_RETENTION })
    expect(await recorder.heard(2)).toEqual(['1', '2'])
    expect(complaints).toHaveBeenCalledTimes(2)
    complaints.mockRestore()
    await broker.close()
  })
})
