import fc from 'fast-check'
import { act, kind, large, lose, overflow, publish, room, type Step, step } from './steps.ts'

/** What rarely comes about by chance: one is away, and one stalled, while much happens. */
const scene = fc
  .record({
    topic: room,
    before: fc.array(publish, { maxLength: 2 }),
    stalled: fc.boolean(),
    what: fc.oneof<fc.WeightedArbitrary<Step[]>[]>(
      { weight: 3, arbitrary: fc.array(fc.oneof(large, publish), { minLength: 1, maxLength: 3 }) },
      { weight: 3, arbitrary: fc.tuple(publish, lose, publish) },
      { weight: 3, arbitrary: fc.tuple(publish, lose) },
      { weight: 1, arbitrary: fc.tuple(publish, overflow, publish) },
      { weight: 1, arbitrary: fc.tuple(overflow, publish) },
    ),
    after: fc.array(fc.oneof(publish, act), { maxLength: 2 }),
  })
  .map(({ topic, before, stalled, what, after }): Step[] => {
    const here = (step: Step): Step => ('topic' in step ? { ...step, topic } : step)
    const come = { ...COME, topics: [topic] }
    const stall: Step[] = stalled ? [{ do: 'stall', client: 0 }] : []
    return [
      come,
      come,
      come,
      ...before.map(here),
      ...stall,
      { do: 'leave', client: 1 },
      ...what.map(here),
      back(1),
      ...after.map(here),
    ]
  })

/** Some who have left at different times come to a topic that somebody else has open, and leaves. */
const crowd = fc
  .record({
    topic: room,
    counts: fc.array(publish, { minLength: 1, maxLength: 4 }),
    turns: fc.nat({ max: 30 }),
  })
  .map(({ topic, counts, turns }): Step[] => {
    const come = { ...COME, topics: [topic] }
    const leave: Step = { do: 'leave', client: 0 }
    return [
      ...counts.map(() => come),
      ...counts.flatMap((one) => [leave, { ...one, topic }]),
      come,
      { do: 'return', times: counts.length, turns, meanwhile: leave },
      ...counts.map((one) => ({ ...one, topic })),
    ]
  })

const back = (times: number): Step => ({ do: 'return', times, turns: 0, meanwhile: undefined })

const COME = { do: 'connect', named: false, from: 'cursor', variant: '', lasts: undefined } as const

/** The source is stopped, and started again, while it has something to say. */
const restart = fc
  .record({ kinds: fc.array(kind, { minLength: 1, maxLength: 4 }), how: act, finish: fc.boolean() })
  .map(({ kinds, how, finish }): Step[] => [
    { ...COME, topics: ['task'] },
    { do: 'feed', kinds },
    ...(finish ? [{ do: 'finish' } as const] : []),
    how,
    back(1),
    { do: 'feed', kinds },
  ])

/** A history of the topics. */
export const histories: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: step.map((one) => [one]) },
      { weight: 1, arbitrary: scene },
      { weight: 1, arbitrary: restart },
      { weight: 1, arbitrary: crowd },
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.flat())
