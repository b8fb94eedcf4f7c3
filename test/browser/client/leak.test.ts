import { expect } from 'bun:test'
import type { CDPSession } from 'playwright-core'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage(test, browser)

/** What the page holds, after a garbage collection. */
async function holdings(
  session: CDPSession,
): Promise<{ heap: number; nodes: number; listeners: number }> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? NaN
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') }
}

everywhere(
  'parts that come and go a thousand times leave nothing behind',
  async ({ major, http, wire, open, say }) => {
    const page = await open(['stays'])
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const part = wire.part('TOPIC', `class="guest"`)

    /** Parts come by htmx, and go by htmx or by the hands of a script; each tenth stays for an event. */
    const churn = (times: number): Promise<void> =>
      page.evaluate(
        async ([part, times, major]) => {
          const { htmx } = window as unknown as {
            htmx: { process(element: Element): void; swap(...args: unknown[]): unknown }
          }
          const place = document.createElement('main')
          document.body.append(place)
          for (let count = 0; count < times; count++) {
            const html = part.replaceAll('TOPIC', `guest-${count % 7}`)
            if (major === 2) htmx.swap(place, html, { swapStyle: 'innerHTML' })
            else
              await htmx.swap({
                sourceElement: place,
                target: place,
                text: html,
                swap: 'innerHTML',
              })
            if (count % 3 === 0) place.replaceChildren()
            if (count % 50 === 0) await new Promise((done) => setTimeout(done, 60))
          }
          place.remove()
        },
        [part, times, major] as const,
      )
    await churn(100)
    await eventually('only one is left', () =>
      [...wire.open].every(({ topics }) => topics.length === 1),
    )
    const before = await holdings(session)
    await churn(http === 1 ? 1000 : 300)
    await eventually(
      'only one is left',
      () => wire.open.size === 1 && [...wire.open][0]?.topics.length === 1,
    )
    const after = await holdings(session)
    expect(after.listeners - before.listeners).toBeLessThan(20)
    expect(after.nodes - before.nodes).toBeLessThan(300)
    expect(after.heap - before.heap).toBeLessThan(1_000_000)
    say('stays', 'still here')
    await expectTexts(page.locator('li'), ['still here'])
  },
)
