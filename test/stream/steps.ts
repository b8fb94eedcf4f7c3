import fc from 'fast-check'

/** What can happen on a topic. A client is named by its number, of those that are connected. */
export type Step =
  | { do: 'publish'; kind: Kind; count: number }
  | { do: 'connect'; from: 'now' | 'cursor' | 'nowhere' }
  | { do: 'return'; times: number }
  | { do: 'resume' | 'read' | 'leave' | 'stall'; client: number }
  | { do: 'turn' | 'elsewhere' | 'lose' }

/** The events of the model's stream: durable, state, and ephemeral. */
export type Kind = 'line' | 'state' | 'typing'

/** The frames that a topic's window holds. */
export const WINDOW = 1024

const publish = fc.record({
  do: fc.constant('publish' as const),
  kind: fc.constantFrom<Kind>('line', 'line', 'state', 'typing'),
  count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 20 })),
})

const overflow = fc.record({
  do: fc.constant('publish' as const),
  kind: fc.constantFrom<Kind>('line', 'typing'),
  count: fc.constant(WINDOW + 10),
})

const connect = fc.record({
  do: fc.constant('connect' as const),
  from: fc.constantFrom('now' as const, 'cursor' as const, 'cursor' as const, 'nowhere' as const),
})

/** One, or some at once, of those who have left. */
const comeBack = fc.record({
  do: fc.constant('return' as const),
  times: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 4 })),
})

const act = fc.record({
  do: fc.constantFrom(
    'resume' as const,
    'resume' as const,
    'read' as const,
    'leave' as const,
    'stall' as const,
  ),
  client: fc.nat({ max: 5 }),
})

const other = fc.record({
  do: fc.constantFrom('turn' as const, 'elsewhere' as const, 'lose' as const),
})

/** A history of a topic. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: publish },
    { weight: 1, arbitrary: overflow },
    { weight: 4, arbitrary: connect },
    { weight: 3, arbitrary: comeBack },
    { weight: 8, arbitrary: act },
    { weight: 3, arbitrary: other },
  ),
  { maxLength: 30 },
)
