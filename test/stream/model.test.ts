import { test } from 'bun:test'
import fc from 'fast-check'
import { createLaggingBroker } from '../broker/lagging.ts'
import { Model } from './model.ts'
import { steps } from './steps.ts'

/** Turns that the broker takes, again and again. With zeroes alone it is as quick as one in memory. */
const lags = fc.oneof(
  fc.constant([0]),
  fc.array(fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 8 })), { minLength: 1, maxLength: 7 }),
)

function cycle(turns: readonly number[]): () => number {
  let turn = 0
  return () => turns[turn++ % turns.length] ?? 0
}

test('whatever happens, each client has each durable event once and in order, or is told where it has not', async () => {
  await fc.assert(
    fc.asyncProperty(steps, lags, lags, async (history, turns, delays) => {
      const model = new Model(createLaggingBroker(cycle(turns), cycle(delays)))
      for (const step of history) await model.take(step)
      await model.end()
    }),
    { numRuns: 300 },
  )
}, 60_000)
