import { browserPath } from '../../run/browser.ts'
import { launchBrowser } from '../../run/launch-browser.ts'
import { contenders } from '../client/contender.ts'
import { type Cost, openStage, type Stage } from '../client/stage.ts'
import type { Result } from '../report/result.ts'
import { ratioOf, spreadOf } from '../report/spread.ts'
import type { Effort } from './part.ts'

const MODES = { one: 'in one piece', each: 'one by one' } as const

/** What the events of a stream cost the page that shows them, and what the script weighs. */
export async function client({ quick }: Effort): Promise<readonly Result[]> {
  if (browserPath() === undefined)
    return [{ title: 'client', rows: [], notes: ['left out: there is no Chromium here'] }]
  const events = quick ? 100 : 1000
  const browser = await launchBrowser()
  const stages: Stage[] = []
  try {
    for (const contender of contenders) stages.push(await openStage(browser, contender))
    const results: Result[] = []
    for (const pieces of ['one', 'each'] as const) {
      const costs = new Map(stages.map((stage): [Stage, Cost[]] => [stage, []]))
      // The first round warms up.
      for (let round = 0; round < (quick ? 2 : 10); round++) {
        for (const [stage, found] of costs) {
          const cost = await stage.run(events, pieces)
          if (round > 0) found.push(cost)
        }
      }
      const of = (stage: Stage | undefined, key: keyof Cost): number[] =>
        (stage && costs.get(stage)?.map((cost) => cost[key])) ?? []
      results.push({
        title: `client: ${events.toLocaleString('en')} events, ${MODES[pieces]}`,
        rows: stages.map((stage, index) => {
          // Both of a pair extend the same htmx.
          const stock = stages[index - (index % 2)]
          return {
            extension: stage.contender.name,
            'gzipped bytes': stage.bytes,
            'main thread ms': spreadOf(of(stage, 'busy')),
            'x stock': ratioOf(of(stage, 'busy'), of(stock, 'busy')),
            'first to last ms': spreadOf(of(stage, 'took')),
          }
        }),
      })
    }
    return results
  } finally {
    for (const stage of stages) await stage.close()
    await browser.close()
  }
}
