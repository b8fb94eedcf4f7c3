import { expect } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { expectStates } from './states.ts'
import type { WireConnection } from './wire-server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage((what, body) => test(what, body, 100_000), browser)

/** A generator of its own, so that a failure can be had again: mulberry32. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Of each topic, by the version of HTTP. A break of TLS takes a browser longer. */
const EVENTS = { 1: 500, 2: 150 } as const
const TOPICS = 2

everywhere(
  'a line that breaks hundreds of times brings every event once, in order',
  async ({ http, wire, proxy: line, open }) => {
    const seed = Date.now() % 100_000
    const next = random(seed)
    wire.retry = 1
    const proxy = await line()
    const topics = Array.from({ length: TOPICS }, (_, index) => `chaos-${index}`)
    const settings = 'data-retry="1" data-longest="100"'
    const page = await open(topics, { settings, origin: proxy.url })
    await expectStates(page, ...topics.map(() => 'open'))

    // No waiting here; and now and then, as with another network, a second connection beside the first.
    await page.evaluate(() =>
      setInterval(() => {
        dispatchEvent(new Event(Math.random() < 0.05 ? 'online' : 'pageshow'))
      }, 10),
    )
    // Less than the head of an answer, up to a few events: wherever the line may break by itself. TLS
    // begins with a kilobyte or so.
    const least = http === 1 ? 150 : 1400
    proxy.budget = () => least + Math.floor(next() * next() * 3000)
    const broken = new Set<WireConnection>()
    for (let count = 1; count <= EVENTS[http]; count++) {
      for (const topic of topics) wire.publish(topic, `${count} ü`)
      // Some events come together, and some of them while nobody is connected.
      if (next() < 0.5) continue
      await eventually('the page is back', () => wire.open.values().some((one) => !broken.has(one)))
      for (const one of wire.open) broken.add(one)
      proxy.breakAll()
    }
    proxy.budget = () => Infinity
    const texts = Array.from({ length: EVENTS[http] }, (_, index) => `${index + 1} ü`)
    for (const topic of topics)
      await expectTexts(page.locator(`[data-topic=${topic}] li`), texts).catch((cause: unknown) => {
        throw new Error(`With seed ${seed}, after ${broken.size} breaks`, { cause })
      })
    expect(broken.size).toBeGreaterThan(0.4 * EVENTS[http])
  },
)
