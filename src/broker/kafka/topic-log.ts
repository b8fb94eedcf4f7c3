import { DEFAULT_RETENTION, type Entry, type Retention } from '../broker.ts'
import type { EventRecord } from './event-record.ts'

/** An event that is retained, and what readers get of it. */
export interface Retained {
  readonly event: EventRecord
  readonly entry: Entry
}

/** Removes an event that a log no longer retains, from whatever else points to it. */
export type Forget = (offset: number, text: string) => void

/**
 * What one topic retains, by offset. Kafka keeps records by its own rules; this one applies those of
 * the topic, the same on every process, since they travel with the records.
 */
export class TopicLog {
  /** From this offset on, nothing is missing but what was evicted. */
  readonly since: number
  /** The offset after the newest event that was evicted: who stands before it has missed something. */
  evicted = 0
  readonly #retained = new Map<number, Retained>()
  readonly #byKey = new Map<string, number>()
  readonly #forget: Forget
  #size = 0
  #retention: Retention = DEFAULT_RETENTION

  constructor(since: number, forget: Forget = () => undefined) {
    this.since = since
    this.#forget = forget
  }

  get isEmpty(): boolean {
    return this.#retained.size === 0
  }

  append(retained: Retained): void {
    const { event, entry } = retained
    this.#retention = event.retention ?? this.#retention
    // Superseded, not lost: whoever resumes from before it gets the newer one.
    const superseded = event.key === undefined ? undefined : this.#byKey.get(event.key)
    if (superseded !== undefined) this.remove(superseded)
    if (event.key !== undefined) this.#byKey.set(event.key, event.offset)
    this.#retained.set(event.offset, retained)
    this.#size += entry.text.length
    this.evict()
  }

  /** Drops what the retention no longer covers. */
  evict(): void {
    const { events, age, bytes } = this.#retention
    const oldest = Date.now() - age
    for (const [offset, { event }] of this.#retained) {
      if (this.#retained.size <= events && this.#size <= bytes && event.at >= oldest) return
      this.remove(offset)
      this.evicted = offset + 1
    }
  }

  /** What is retained from an offset on. */
  from(offset: number): Retained[] {
    const all: Retained[] = []
    for (const [at, retained] of this.#retained) if (at >= offset) all.push(retained)
    return all
  }

  /** Takes one out. */
  remove(offset: number): void {
    const retained = this.#retained.get(offset)
    if (retained === undefined) return
    this.#retained.delete(offset)
    this.#size -= retained.entry.text.length
    const { key } = retained.event
    if (key !== undefined && this.#byKey.get(key) === offset) this.#byKey.delete(key)
    this.#forget(offset, retained.entry.text)
  }
}
