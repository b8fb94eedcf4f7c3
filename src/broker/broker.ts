/** How much of a topic is kept for replay. Whatever is reached first evicts the oldest event. */
export interface Retention {
  /** Events. Default 256. */
  readonly events: number
  /** Milliseconds. Default 24 hours. */
  readonly age: number
  /** Characters of message text. Default 1,048,576. */
  readonly bytes: number
}

export const DEFAULT_RETENTION: Retention = {
  events: 256,
  age: 24 * 60 * 60 * 1000,
  bytes: 1024 * 1024,
}

/** How an event is kept. */
export interface PublishOptions {
  readonly retention: Retention
  /** The event replaces the retained one of the same key: of a state, only the newest matters. */
  readonly key?: string | undefined
  /** The event reaches whoever is subscribed, and no log. */
  readonly ephemeral?: boolean | undefined
}

/** One event as the broker holds it. The text is the message's JSON; a broker does not look inside. */
export interface Entry {
  /** The place after this event; absent on an ephemeral one, which nobody can come back to. */
  readonly cursor: string | undefined
  readonly text: string
}

/** What a topic retains after a cursor, oldest first, and the cursor after the last of it. */
export interface Backlog {
  readonly entries: readonly Entry[]
  readonly cursor: string
}

/** Hears a topic from a cursor on, in order, each event once. */
export interface Listener {
  next(entry: Entry): void
  /** Events were lost to this listener; it goes on after `cursor`. */
  gap(cursor: string): void
}

/** How a broker stands, for `/readyz` and metrics. */
export interface BrokerHealth {
  /** Why nothing can be published or heard just now; `undefined` while all is well. */
  readonly problem: string | undefined
  /** Times that the link was lost and came back. */
  readonly reconnects: number
  /** Records passed over because they cannot be events: not in the documented form, or too large. */
  readonly badRecords: number
  /** Milliseconds from the newest event's entry into the broker until it was heard here, by both clocks. */
  readonly lag: number | undefined
}

/**
 * Where logs live.
 *
 * A cursor is opaque: printable ASCII without space and comma, at most 128 characters. Only the
 * broker that made it can say what comes after it.
 */
export interface Broker {
  /**
   * Appends to the topic's log; resolves with the cursor once the broker has it, rejects otherwise,
   * and within seconds: it never pretends. What was rejected may have been kept all the same, when
   * only the answer got lost.
   */
  publish(topic: string, text: string, options: PublishOptions): Promise<string>
  /**
   * What is retained, or what of it comes after a cursor; `undefined` when the log cannot tell:
   * the cursor is unknown, of another epoch, or what followed it has been evicted.
   */
  read(topic: string, after?: string): Promise<Backlog | undefined>
  /**
   * Calls the listener for every event after the cursor, until the returned function is called;
   * calling that again does nothing.
   */
  subscribe(topic: string, after: string, listener: Listener): Promise<() => void>
  /**
   * Negative, zero or positive as the first cursor comes before, is, or comes after the second;
   * `undefined` when one of them is none of this broker's.
   */
  compare(one: string, other: string): number | undefined
  /** How it stands; absent where nothing can go wrong. Answers at once, from what is known. */
  health?(): BrokerHealth
  /** Ends every subscription; whatever is asked of it afterwards is rejected. */
  close(): Promise<void>
}
