import { afterAll, describe, expect } from 'bun:test'
import { useBrowser } from '../browser/browser.ts'
import { expectTexts } from '../browser/expect-texts.ts'
import { eventually } from '../create/eventually.ts'
import { requires } from '../run/requires.ts'
import { SHARED } from './brokers.ts'
import { publishLine, roomApp, startInstance } from './instance.ts'
import { RoamingClient } from './roaming-client.ts'

const root = await roomApp()
const tabs = useBrowser()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n))
}

describe.each(Object.entries(SHARED))('two instances that share %s', (_, { needs, start }) => {
  const { test } = requires('chromium', ...needs)

  test('a page of one shows what the other publishes; when one is killed its clients go on at the other', async () => {
    const broker = await start()
    ends.push(() => broker.close())
    const [one, other] = [
      await startInstance(root, broker.url),
      await startInstance(root, broker.url),
    ]
    ends.push(one.kill, other.kill)
    await publishLine(one.url, 'lobby', 'before')
    const page = await tabs.open(`${other.url}/rooms/lobby`)
    await expectTexts(page.locator('.line'), ['before'])
    await publishLine(one.url, 'lobby', 'after')
    await expectTexts(page.locator('.line'), ['before', 'after'])
    await page.context().close()

    let alive = [one.url, other.url]
    const clients = numbers(20).map(() => new RoamingClient('/sse/rooms/crowd', () => alive))
    ends.push(() => Promise.all(clients.map((client) => client.close())))
    await eventually('all clients', () => clients.every(({ connects }) => connects > 0))
    for (const text of numbers(300)) {
      await publishLine(text === '0' ? one.url : other.url, 'crowd', text)
      if (text !== '150') continue
      await one.kill()
      alive = [other.url]
    }
    await eventually('everything', () => clients.every(({ seen }) => seen.length >= 300), 20_000)
    for (const { seen } of clients) expect(seen).toEqual(numbers(300))
    expect(clients.some(({ connects }) => connects > 1)).toBe(true)
  }, 60_000)
})
