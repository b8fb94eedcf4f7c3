/** What a test tells the app. */
export type AppOrder =
  | { readonly type: 'state' }
  /** A tick every so many milliseconds from now on; 0 for no more of them. */
  | { readonly type: 'every'; readonly milliseconds: number }
  | {
      readonly type: 'publish'
      readonly topic: 'ticks' | 'heavy'
      readonly count: number
      /** Characters of text of each. */
      readonly size: number
    }

/** How the app is, after a collection of garbage. */
export interface AppState {
  readonly type: 'state'
  /** Bytes. */
  readonly rss: number
  /** Live objects by type. */
  readonly types: Readonly<Record<string, number>>
  readonly published: { readonly ticks: number; readonly heavy: number }
  /** Connections to the topic `ticks`, and how many such have been cut off. */
  readonly connections: number
  readonly stalled: number
}

/** What a test tells the process of the clients. */
export type CrowdOrder =
  | {
      readonly type: 'open'
      /** Where to go, and where else when that is not there any more. */
      readonly ports: readonly number[]
      readonly topics: readonly string[]
      readonly count: number
      readonly group: string
      /** What goes after the topics in the URL. */
      readonly query?: string
      /** Whether they come back when a connection ends, after the time that the server has named. */
      readonly follow: boolean
    }
  /** Whoever is of the group stops reading, or reads again. */
  | { readonly type: 'pause' | 'resume'; readonly group: string }
  | { readonly type: 'report'; readonly group: string }

/** How a group of clients fares. */
export interface Report {
  readonly type: 'report'
  /** Clients, and of them those that are connected. */
  readonly clients: number
  readonly connected: number
  /** Times that a client came back, in milliseconds since 1970. */
  readonly returns: readonly number[]
  /** Times that a client found nobody there, or was told to come back later. */
  readonly refused: number
  /** By topic. */
  readonly topics: Readonly<Record<string, TopicReport>>
}

export interface TopicReport {
  readonly events: number
  readonly resets: number
  /** Events that did not follow the one before, and no reset had said so. */
  readonly faults: number
  /** The newest event of each client, and how many have that one. */
  readonly newest: Readonly<Record<string, number>>
}
