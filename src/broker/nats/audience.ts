import type { Msg } from '@nats-io/transport-node'
import { DEFAULT_RETENTION, type Listener } from '../broker.ts'
import type { BadRecords } from './bad-records.ts'
import type { Delivery } from './delivery.ts'
import type { LogCache } from './log-cache.ts'
import { decodeRecord } from './record.ts'
import type { Standing } from './standing.ts'
import { anchorSubject, ephemeralPrefix, topicOf } from './subject.ts'
import { Subscription } from './subscription.ts'
import type { Trimmer } from './trimmer.ts'

/** What hears the feed along with the listeners. */
export interface Hearers {
  readonly prefix: string
  readonly standing: Standing
  readonly cache: LogCache
  readonly trimmer: Trimmer
  readonly bad: BadRecords
}

/** The listeners of this process, by subject, and what else is kept up to date by the feed. */
export class NatsAudience {
  readonly #hearers: Hearers
  readonly #bySubject = new Map<string, Set<Subscription>>()
  readonly #anchor: string
  readonly #ephemeralPrefix: string

  constructor(hearers: Hearers) {
    this.#hearers = hearers
    this.#anchor = anchorSubject(hearers.prefix)
    this.#ephemeralPrefix = ephemeralPrefix(hearers.prefix)
  }

  get isEmpty(): boolean {
    return this.#bySubject.size === 0
  }

  /** Adds a listener; what it hears is kept until it is opened. */
  add(subject: string, listener: Listener): Subscription {
    const { standing } = this.#hearers
    const subscription = new Subscription(listener, (seq) => standing.cursorAt(seq))
    const all = this.#bySubject.get(subject) ?? new Set()
    this.#bySubject.set(subject, all.add(subscription))
    return subscription
  }

  remove(subject: string, subscription: Subscription): void {
    subscription.close()
    const all = this.#bySubject.get(subject)
    all?.delete(subscription)
    if (all?.size === 0) this.#bySubject.delete(subject)
  }

  clear(): void {
    for (const all of this.#bySubject.values()) for (const one of all) one.close()
    this.#bySubject.clear()
  }

  /** A record of the stream; `caughtUp` is the newest that no trimming can have outrun. */
  record(delivery: Delivery, message: Msg, caughtUp: number): void {
    const { prefix, standing, cache, trimmer, bad } = this.#hearers
    const { subject } = message
    standing.saw(delivery.seq)
    const listeners = this.#bySubject.get(subject)
    if (listeners === undefined && cache.get(subject) === undefined) {
      if (subject !== this.#anchor && topicOf(prefix, subject) === undefined)
        bad.add(subject, delivery.seq, 'no topic has this subject')
      return
    }
    const record = decodeRecord(delivery, message)
    cache.hear(subject, record)
    if (record.kind === 'bad') return bad.add(subject, record.seq, record.reason)
    if (record.kind === 'floor') {
      trimmer.trimmed(subject)
      if (record.floor <= caughtUp) return
      for (const one of listeners ?? []) one.gap(record.seq)
      return
    }
    for (const one of listeners ?? []) one.event(record.seq, record.text)
    // Nobody counts what comes from elsewhere but those who hear it.
    if (record.keep === undefined) trimmer.note(subject, record.bytes, DEFAULT_RETENTION)
  }

  ephemeral(message: Msg): void {
    const subject = this.#hearers.prefix + message.subject.slice(this.#ephemeralPrefix.length)
    const listeners = this.#bySubject.get(subject)
    if (listeners === undefined) return
    const record = decodeRecord({ seq: 0, at: 0 }, message)
    if (record.kind === 'bad') this.#hearers.bad.add(message.subject, undefined, record.reason)
    if (record.kind !== 'event') return
    for (const one of listeners) one.ephemeral(record.text)
  }

  /** Records are lost, and nobody knows of which topics. */
  gap(seq: number): void {
    this.#hearers.cache.clear()
    for (const all of this.#bySubject.values()) for (const one of all) one.gap(seq)
  }

  /** The feed begins: what was read before is not continued by it. */
  begin(): void {
    this.#hearers.cache.clear()
  }
}
