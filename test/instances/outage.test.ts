import { afterAll, describe, expect } from 'bun:test'
import { eventually } from '../create/eventually.ts'
import { rejection } from '../broker/rejection.ts'
import { requires } from '../run/requires.ts'
import { SHARED } from './brokers.ts'
import { publishLine, roomApp, startInstance } from './instance.ts'
import { RoamingClient } from './roaming-client.ts'

/** Milliseconds that the broker is away. */
const OUTAGE = 10_000

const root = await roomApp()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

const restartable = Object.entries(SHARED).filter(([name]) => name === 'redis' || name === 'nats')

describe.each(restartable)('while %s is away', (_, { needs, start }) => {
  const { test } = requires(...needs)

  // Mostly it waits: both at a time.
  test.concurrent(
    'clients stay, publishers are told promptly, and afterwards everything goes on',
    async () => {
      const broker = await start()
      ends.push(() => broker.close())
      const instances = [
        await startInstance(root, broker.url),
        await startInstance(root, broker.url),
      ]
      for (const { kill } of instances) ends.push(kill)
      const urls = instances.map(({ url }) => url)
      const clients = urls.flatMap((url) =>
        Array.from({ length: 10 }, () => new RoamingClient('/sse/rooms/crowd', () => [url])),
      )
      ends.push(() => Promise.all(clients.map((client) => client.close())))
      await eventually('all clients', () => clients.every(({ connects }) => connects > 0))

      const published: string[] = []
      const rejected: string[] = []
      let slowest = 0
      let isOver = false
      const load = (async () => {
        for (let n = 0; !isOver; n++) {
          const asked = performance.now()
          await publishLine(urls[n % 2] ?? '', 'crowd', `${n}`).then(
            () => published.push(`${n}`),
            () => rejected.push(`${n}`),
          )
          slowest = Math.max(slowest, performance.now() - asked)
          await Bun.sleep(20)
        }
      })()
      await Bun.sleep(500)
      await broker.restart?.kill()
      await Bun.sleep(OUTAGE / 2)
      expect((await fetch(`${urls[0]}/readyz`)).status).toBe(503)
      expect(await rejection(publishLine(urls[0] ?? '', 'crowd', 'no'))).toContain('503')
      await Bun.sleep(OUTAGE / 2)
      await broker.restart?.start()
      const before = published.length
      await eventually('publishing again', () => published.length > before + 20, 20_000)
      isOver = true
      await load

      expect(rejected.length).toBeGreaterThan(0)
      expect(slowest).toBeLessThan(15_000)
      const last = published.at(-1)
      await eventually('the last', () => clients.every(({ seen }) => seen.at(-1) === last), 20_000)
      for (const { seen, connects } of clients) {
        expect(connects).toBe(1)
        // What was rejected may have been kept all the same, when only the answer got lost.
        const known = seen.filter((text) => !rejected.includes(text) && text !== 'no')
        expect(known).toEqual(published)
        expect(new Set(seen).size).toBe(seen.length)
      }
      for (const url of urls) expect((await fetch(`${url}/readyz`)).status).toBe(200)
    },
    90_000,
  )
})
