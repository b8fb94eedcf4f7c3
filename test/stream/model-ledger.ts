import { setImmediate } from 'node:timers/promises'
import { type Broker, DEFAULT_RETENTION, type Listener } from '../../src/broker/broker.ts'
import type { LaggingBroker } from '../broker/lagging.ts'
import type { Kind } from './steps.ts'

/** An event, as the broker took it. */
export interface Published {
  readonly kind: Kind
  readonly text: string
  /** The cursor after it; absent on an ephemeral one. */
  readonly cursor: string | undefined
  /** When it was published, as `Date.now()` tells. */
  readonly at: number
}

/** What has happened to one topic. */
export interface TopicRecord {
  /** Everything that was published, in the order of the log. */
  readonly published: Published[]
  /** Events whose publishing has begun. */
  begun: number
  /** Times that a listener was told that the broker has lost something. */
  gaps: number
  /** Events before this one were perhaps lost on their way. */
  lostBefore: number
  listeners: number
  /** The ephemeral events that every listener has heard, numbered. */
  readonly heard: Map<string, number>
}

/** A broker that writes down what it is given, and what it tells. */
export class Ledger implements Broker {
  readonly #broker: LaggingBroker
  readonly #records = new Map<string, TopicRecord>()
  /** Events that the broker is just taking. */
  #taking = 0
  #losing: Promise<void> = Promise.resolve()

  constructor(broker: LaggingBroker) {
    this.#broker = broker
  }

  record(topic: string): TopicRecord {
    let record = this.#records.get(topic)
    if (record === undefined) {
      record = { published: [], begun: 0, gaps: 0, lostBefore: 0, listeners: 0, heard: new Map() }
      this.#records.set(topic, record)
    }
    return record
  }

  /** Whether all that was begun has been written down. */
  isSettled(topic: string): boolean {
    const { begun, published } = this.record(topic)
    return begun === published.length
  }

  async publish(topic: string, text: string, options: Parameters<Broker['publish']>[2]) {
    const record = this.record(topic)
    record.begun++
    await this.#losing
    const at = Date.now()
    this.#taking++
    const cursor = await this.#broker.publish(topic, text, options)
    this.#taking--
    const { event, props } = parse(text)
    const taken = options.ephemeral ? undefined : cursor
    const entry = { kind: event, text: props.text, cursor: taken, at }
    // Where somebody else was quicker, its answer may still be on the way.
    const isUpTo = (one: Published) =>
      taken === undefined || one.cursor === undefined || (this.compare(one.cursor, taken) ?? 1) <= 0
    record.published.splice(record.published.findLastIndex(isUpTo) + 1, 0, entry)
    return cursor
  }

  /** Somebody publishes to what nobody here listens to: the broker's sequence goes on. */
  async elsewhere(): Promise<void> {
    await this.#broker.publish('elsewhere', '{}', { retention: DEFAULT_RETENTION })
  }

  read(topic: string, after?: string) {
    return this.#broker.read(topic, after)
  }

  async subscribe(topic: string, after: string, listener: Listener) {
    const record = this.record(topic)
    record.listeners++
    const unsubscribe = await this.#broker.subscribe(topic, after, {
      next(entry) {
        listener.next(entry)
        if (entry.cursor === undefined && record.listeners === 1)
          record.heard.set(parse(entry.text).props.text, record.heard.size)
      },
      gap(cursor) {
        record.gaps++
        listener.gap(cursor)
      },
    })
    let isActive = true
    return () => {
      if (isActive) record.listeners--
      isActive = false
      unsubscribe()
    }
  }

  compare(one: string, other: string): number | undefined {
    return this.#broker.compare(one, other)
  }

  /** Loses what is on its way to the listeners of a topic; nobody publishes meanwhile. */
  async lose(topic: string): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#losing = done.promise
    while (this.#taking > 0) await setImmediate()
    const record = this.record(topic)
    record.lostBefore = record.begun
    await this.#broker.lose(topic)
    done.resolve()
  }

  close(): Promise<void> {
    return this.#broker.close()
  }
}

function parse(text: string): { event: Kind; props: { text: string } } {
  return JSON.parse(text) as ReturnType<typeof parse>
}
