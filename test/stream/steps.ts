import fc from 'fast-check'

/** What can happen. A client is named by its number, of those that are connected. */
export type Step =
  | Publish
  | { do: 'feed'; kinds: Kind[] }
  | Connect
  | Return
  | Acting
  | { do: 'lose'; topic: Topic }
  | { do: 'pass'; milliseconds: number }
  | { do: 'finish' | 'turn' | 'elsewhere' }

/** Events of one of the topics that anybody may publish to. */
export interface Publish {
  readonly do: 'publish'
  readonly topic: Topic
  readonly kind: Kind
  readonly count: number
  /** Characters of text of each. */
  readonly size: number
}

/** Somebody comes. */
export interface Connect {
  readonly do: 'connect'
  /** Which topics, on one connection. */
  readonly topics: readonly Topic[]
  /** Whether blocks name the topic; always where there are several. */
  readonly named: boolean
  readonly from: 'now' | 'cursor' | 'nowhere'
  readonly variant: string
  /** Milliseconds until the permission runs out. */
  readonly lasts: number | undefined
}

/** Some who have left come back, and meanwhile, some turns later, something else happens. */
export interface Return {
  readonly do: 'return'
  readonly times: number
  readonly turns: number
  readonly meanwhile: Publish | Acting | undefined
}

export interface Acting {
  readonly do: Act
  readonly client: number
}

/** What a client does, or what is done to it. */
type Act = 'resume' | 'read' | 'sip' | 'leave' | 'stall'

/** The events of the model's streams: durable, state, and ephemeral. */
export type Kind = 'line' | 'state' | 'typing'

/** Two that anybody may publish to, and one that has a source, and ends when that is told to. */
export const TOPICS = ['rooms/0', 'rooms/1', 'task'] as const
export type Topic = (typeof TOPICS)[number]

/** The frames that a topic's window holds. */
export const WINDOW = 1024

export const room = fc.constantFrom<Topic>('rooms/0', 'rooms/1')
export const kind = fc.constantFrom<Kind>('line', 'line', 'state', 'typing')

export const publish = fc.record({
  do: fc.constant('publish' as const),
  topic: room,
  kind,
  count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 20 })),
  size: fc.constant(4),
})

/** More than one chunk of bytes holds. */
export const large = fc.record({
  do: fc.constant('publish' as const),
  topic: room,
  kind,
  count: fc.integer({ min: 1, max: 5 }),
  size: fc.constant(24_000),
})

/** As much as a window holds, a little less or more. */
export const overflow = fc.record({
  do: fc.constant('publish' as const),
  topic: fc.constant<Topic>('rooms/0'),
  kind: fc.constantFrom<Kind>('line', 'typing'),
  count: fc.integer({ min: WINDOW - 8, max: WINDOW + 10 }),
  size: fc.constant(4),
})

const feed = fc.record({
  do: fc.constant('feed' as const),
  kinds: fc.array(kind, { minLength: 1, maxLength: 12 }),
})

const connect = fc.record({
  do: fc.constant('connect' as const),
  topics: fc.oneof(
    fc.constantFrom(...TOPICS).map((topic) => [topic]),
    fc.subarray<Topic>([...TOPICS], { minLength: 2 }),
  ),
  named: fc.boolean(),
  from: fc.constantFrom('now' as const, 'cursor' as const, 'cursor' as const, 'nowhere' as const),
  variant: fc.constantFrom('', '', '', 'de'),
  lasts: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 4 }),
})

export const act = fc.record({
  do: fc.constantFrom<Act>('resume', 'resume', 'read', 'sip', 'leave', 'stall'),
  client: fc.nat({ max: 5 }),
})

const comeBack = fc.record({
  do: fc.constant('return' as const),
  times: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 4 })),
  turns: fc.nat({ max: 20 }),
  meanwhile: fc.option(fc.oneof(publish, act), { nil: undefined }),
})

export const lose = fc.record({
  do: fc.constant('lose' as const),
  topic: fc.constantFrom(...TOPICS),
})

const pass = fc.record({
  do: fc.constant('pass' as const),
  milliseconds: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 300 })),
})

const other = fc.record({ do: fc.constantFrom('turn' as const, 'elsewhere' as const) })

/** What may happen at any time. */
export const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 24, arbitrary: publish },
  { weight: 3, arbitrary: large },
  { weight: 1, arbitrary: overflow },
  { weight: 8, arbitrary: feed },
  { weight: 18, arbitrary: connect },
  { weight: 12, arbitrary: comeBack },
  { weight: 32, arbitrary: act },
  { weight: 4, arbitrary: lose },
  { weight: 8, arbitrary: pass },
  { weight: 8, arbitrary: other },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('finish' as const) }) },
)
