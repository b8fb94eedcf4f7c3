import type { z } from 'zod'
import type { Broker, Retention } from '../broker/broker.ts'
import type { Child } from '../html/child.ts'
import type { Delivery } from './delivery.ts'
import type { StreamStats } from './stats.ts'

/** One event that a source yields. */
export interface SourceItem {
  readonly event: string
  readonly props: unknown
  /** The source's own id of it: the newest one is `after` when the source starts again. */
  readonly id?: string | undefined
}

/** What a source is run with. */
export interface SourceContext {
  /** The id of the newest event that this source has yielded; `undefined` when there is none. */
  readonly after: string | undefined
  /** Aborts when nobody listens any more, and when the server stops. */
  readonly signal: AbortSignal
}

/** What `authorize` answers: whether somebody may listen, and perhaps until when. */
export type Permission = boolean | Response | { readonly until: Date | number }

/** What `authorize` knows of the one who asks. */
export interface AuthorizeContext<Params> {
  readonly params: Params
  readonly request: Request
}

/** Where the walk of `streams/` found a stream, and the broker that has its log. */
export interface Place {
  /** `streams/rooms/[room].tsx` */
  readonly file: string
  /** `rooms/[room]` */
  readonly pattern: string
  readonly broker: Broker
  /** What hears of events that are published, other than by the source: mostly the same. */
  readonly inbox: Broker
  readonly stats: StreamStats
  /** Whether the URL of a topic leads here: of two patterns that fit it, a server takes but one. */
  readonly owns?: (topic: string) => boolean
}

export type Params = Readonly<Record<string, unknown>>

/** Makes the element that an event is swapped into, with the first paint in it. */
export type TargetOf = (props: Readonly<Record<string, unknown>>) => Child

/** A stream as declared, with both forms of `stream()` made one. */
export interface StreamDefinition {
  /** The file and line of the declaration, for errors. */
  readonly source: string
  readonly params: z.ZodObject
  readonly events: Readonly<Record<string, Delivery>>
  readonly retention: Retention
  readonly authorize:
    ((context: AuthorizeContext<Params>) => Permission | Promise<Permission>) | undefined
  readonly vary: ((context: AuthorizeContext<Params>) => string) | undefined
  readonly run: ((params: Params, context: SourceContext) => AsyncIterable<SourceItem>) | undefined
  readonly load: ((params: Params) => unknown) | undefined
  readonly view: ((params: Params, target: TargetOf) => Child) | undefined
  /** Set by the walk of `streams/`. */
  place: Place | undefined
}

/** The place of a stream, or the error of one that is used before the folders were walked. */
export function placeOf(definition: StreamDefinition): Place {
  if (definition.place !== undefined) return definition.place
  throw new Error(`The stream of ${definition.source} has no topic yet.

Expected: a file in streams/, and an app that has started, or await connect() in a program of its own: its path is its topic
Got: a stream that no walk of streams/ has found so far`)
}
