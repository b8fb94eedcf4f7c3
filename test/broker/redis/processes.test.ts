import { afterAll, beforeAll, expect } from 'bun:test'
import { createRedisBroker } from '../../../src/redis.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { command, type RedisProcess, startRedis } from './redis-process.ts'

const { describe, test } = requires('redis-server')

describe('processes', () => {
  let server: RedisProcess
  let url: string
  beforeAll(async () => {
    server = await startRedis()
    url = `redis://127.0.0.1:${server.port}`
  })
  afterAll(() => server.close())

  function spawnPublisher(topic: string, name: string, count: number) {
    const script = [`${import.meta.dir}/publisher.ts`, url, topic, name, String(count)]
    return Bun.spawn([process.execPath, ...script], { stdout: 'pipe', stderr: 'inherit' })
  }

  test('what two publish at once is heard by all in one order, and of one that is killed all that it was promised', async () => {
    const listeners = [createRedisBroker(url), createRedisBroker(url)]
    const recorders = [new Recorder(), new Recorder()]
    for (const [index, broker] of listeners.entries()) {
      const start = (await broker.read('rooms/a'))?.cursor ?? ''
      await broker.subscribe('rooms/a', start, recorders[index] ?? new Recorder())
    }
    const [recorder = new Recorder(), other = recorder] = recorders
    const steady = spawnPublisher('rooms/a', 'steady', 400)
    const doomed = spawnPublisher('rooms/a', 'doomed', 1e9)
    await eventually(
      'some of both',
      () => numbersOf(recorder, 'doomed').length > 50 && numbersOf(recorder, 'steady').length > 50,
      20_000,
    )
    doomed.kill('SIGKILL')
    expect(await steady.exited).toBe(0)
    await doomed.exited
    const promised = { steady: await acknowledged(steady), doomed: await acknowledged(doomed) }
    await eventually(
      'all that was promised',
      () =>
        numbersOf(recorder, 'steady').length >= 400 &&
        numbersOf(recorder, 'doomed').length >= promised.doomed,
    )
    for (const name of ['steady', 'doomed'] as const) {
      const numbers = numbersOf(recorder, name)
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, number) => number))
      // The last one may be in the log though its publisher was killed before it knew.
      expect(numbers.length - promised[name]).toBeWithin(0, 2)
    }
    await eventually('the same', () => other.texts.length === recorder.texts.length)
    expect(other.entries).toEqual(recorder.entries)
    for (const broker of listeners) await broker.close()
  }, 60_000)

  test('a process that has closed its broker ends, and one whose broker never connected, too', async () => {
    const closing = (address: string): string => `
      const { createRedisBroker } = await import('./src/redis.ts')
      const broker = createRedisBroker('${address}')
      const asked = broker.read('a').catch(() => 'rejected')
      await broker.close()
      await asked`
    for (const address of [url, 'redis://127.0.0.1:1', 'redis+sentinel://127.0.0.1:1/main']) {
      const child = Bun.spawn([process.execPath, '-e', closing(address)], {
        cwd: `${import.meta.dir}/../../..`,
        timeout: 20_000,
        stderr: 'ignore',
      })
      expect(await child.exited).toBe(0)
    }
  })

  test('a thousand topics share one waiting connection, and the last to leave closes it', async () => {
    const broker = createRedisBroker(`${url}?prefix=thousand`)
    const waiting = async (): Promise<number> =>
      String(await command(server.port, 'CLIENT', 'LIST'))
        .split('\n')
        .filter((line) => line.includes('cmd=xread')).length
    const before = await waiting()
    const cursor = (await broker.read('0'))?.cursor ?? ''
    const recorders = Array.from({ length: 1000 }, () => new Recorder())
    const leave = await Promise.all(
      recorders.map((recorder, topic) => broker.subscribe(String(topic), cursor, recorder)),
    )
    await eventually('one more', async () => (await waiting()) === before + 1)
    const publishing = recorders.map((_, topic) =>
      broker.publish(String(topic), `of ${topic}`, {
        retention: { events: 9, age: 9e6, bytes: 9e6 },
      }),
    )
    await Promise.all(publishing)
    for (const [topic, recorder] of recorders.entries())
      expect(await recorder.heard(1)).toEqual([`of ${topic}`])
    for (const end of leave) end()
    await eventually('none', async () => (await waiting()) === before)
    expect(broker.health?.().problem).toBeUndefined()
    await broker.close()
  })

  test('without the driver it says what to install', async () => {
    const script = `
      const { createRedisBroker } = await import('${import.meta.dir}/../../../src/redis.ts')
      const broker = createRedisBroker('redis://127.0.0.1:${server.port}?timeout=300')
      const { message } = await broker.read('a').catch((error) => error)
      console.log(message)
      await broker.close()`
    const child = Bun.spawn(
      [process.execPath, '--preload', `${import.meta.dir}/without-driver.ts`, '-e', script],
      { stderr: 'ignore' },
    )
    expect(await new Response(child.stdout).text()).toContain('Expected: bun add ioredis')
    expect(await child.exited).toBe(0)
  })
})

/** The numbers that were heard of one publisher. */
function numbersOf({ texts }: Recorder, name: string): number[] {
  return texts
    .filter((text) => text.startsWith(`${name} `))
    .map((text) => Number(text.split(' ')[1]))
}

/** How many a publisher has written down as acknowledged. */
async function acknowledged({ stdout }: { readonly stdout: ReadableStream }): Promise<number> {
  return (await new Response(stdout).text()).split('\n').length - 1
}
