import { expect, jest, spyOn, test } from 'bun:test'
import fc from 'fast-check'
import { createLaggingBroker } from '../broker/lagging.ts'
import { Model } from './model.ts'
import { histories } from './model-histories.ts'

/** Turns that the broker takes, again and again. With zeroes alone it is as quick as one in memory. */
const lags = fc.oneof(
  fc.constant([0]),
  fc.array(fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 8 })), { minLength: 1, maxLength: 7 }),
)

function cycle(turns: readonly number[]): () => number {
  let turn = 0
  return () => turns[turn++ % turns.length] ?? 0
}

/** `MODEL_RUNS=20000` for more histories; `MODEL_SEED` and `MODEL_PATH` for one that failed. */
const { MODEL_RUNS = '4000', MODEL_SEED, MODEL_PATH } = process.env
const settings = {
  numRuns: Number(MODEL_RUNS),
  ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
  ...(MODEL_PATH && { path: MODEL_PATH }),
}

/** What jitters, does so by as much as the history says: it has to be the same again. */
const chances = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 4 })

/** Timers that were left at the end of all histories. */
let left = 0

test('whatever happens, each client has each event of its topics once and in order, or is told where it has not', async () => {
  await fc.assert(
    fc.asyncProperty(histories, lags, lags, chances, async (history, turns, delays, chance) => {
      jest.useFakeTimers()
      const next = cycle(chance)
      const random = spyOn(Math, 'random').mockImplementation(() => next() / 100)
      try {
        const model = new Model(createLaggingBroker(cycle(turns), cycle(delays)))
        for (const step of history) await model.take(step)
        await model.end()
        left += jest.getTimerCount()
      } finally {
        random.mockRestore()
        jest.useRealTimers()
      }
    }),
    settings,
  )
  // Not none: an interval of somebody else that fires meanwhile is counted as well (Bun 1.4.5).
  expect(left).toBeLessThan(settings.numRuns / 10)
}, 3_600_000)
