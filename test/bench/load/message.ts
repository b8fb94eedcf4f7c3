/** What the bench asks of a load client. */
export type Order =
  | {
      readonly type: 'open'
      readonly port: number
      readonly path: string
      readonly count: number
      readonly headers: Readonly<Record<string, string>>
      /** Connections that take the head of the answer and then never read again. */
      readonly stalled: boolean
      /** The number of the event that each connection had last; the next one has to follow. */
      readonly last: number | undefined
    }
  /** Asks to be told when this many events have arrived since the start. */
  | { readonly type: 'expect'; readonly delivered: number }
  | { readonly type: 'take' }
  | { readonly type: 'close' }

/** What a load client has seen since it was last asked. */
export interface Seen {
  readonly latency: readonly (readonly [number, number])[]
  /** Events that did not follow the one before. */
  readonly disorder: number
  /** Connections that ended though nobody asked for it. */
  readonly ended: number
  /** The last id that one of the connections was sent. */
  readonly lastId: string | undefined
}

/** What a load client answers. */
export type Answer =
  | { readonly type: 'opened' | 'reached' | 'closed' }
  | { readonly type: 'seen'; readonly seen: Seen }
  | { readonly type: 'failed'; readonly reason: string }
