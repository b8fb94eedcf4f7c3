import { test } from 'bun:test'
import fc from 'fast-check'
import { createLaggingBroker } from '../broker/lagging.ts'
import { Model } from './model.ts'
import { steps } from './steps.ts'

/** Turns that the broker takes, again and again. With zeroes alone it is as quick as one in memory. */
const turns = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 7 })

test('whatever happens, each client has each durable event once and in order, or is told where it has not', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.oneof(fc.constant([0]), turns), async (history, lag) => {
      let turn = 0
      const model = new Model(createLaggingBroker(() => lag[turn++ % lag.length] ?? 0))
      for (const step of history) await model.take(step)
      await model.end()
    }),
    { numRuns: 300 },
  )
}, 60_000)
