import { DEFAULT_RETENTION, type Retention } from '../broker.ts'
import type { EventRecord, NatsRecord } from './record.ts'

/**
 * What the records of one topic come to: the events that its retention covers, of each key the
 * newest. Every process reckons the same from the same records, so that the stream itself need not
 * be trimmed at each publish.
 */
export class TopicLog {
  /** The newest record that was put in, of whatever kind. */
  last = 0
  /** The newest event that the retention no longer covers: a cursor before it has a gap after it. */
  evicted = 0
  /** Bytes of the retained events. */
  bytes = 0
  readonly #retained = new Map<number, EventRecord>()
  readonly #byKey = new Map<string, number>()
  #retention: Retention = DEFAULT_RETENTION

  get size(): number {
    return this.#retained.size
  }

  /** Puts a record in, in order; answers which event it supersedes, if any. */
  add(record: NatsRecord): number | undefined {
    if (record.seq <= this.last) return undefined
    this.last = record.seq
    if (record.kind === 'floor') this.evictThrough(record.floor)
    if (record.kind !== 'event') return undefined
    const { seq, key } = record
    this.#retention = record.keep ?? this.#retention
    const superseded = key === undefined ? undefined : this.#byKey.get(key)
    if (superseded !== undefined) this.#remove(superseded)
    if (key !== undefined) this.#byKey.set(key, seq)
    this.#retained.set(seq, record)
    this.bytes += record.bytes
    this.#evict()
    return superseded
  }

  /** Everything up to here is gone, or may be. */
  evictThrough(floor: number): void {
    this.evicted = Math.max(this.evicted, floor)
    for (const seq of this.#retained.keys()) {
      if (seq > floor) return
      this.#remove(seq)
    }
  }

  /** The retained events after a sequence number, oldest first. */
  after(seq: number): EventRecord[] {
    this.#evict()
    const events: EventRecord[] = []
    for (const event of this.#retained.values()) if (event.seq > seq) events.push(event)
    return events
  }

  #evict(): void {
    const { events, age, bytes } = this.#retention
    const oldest = Date.now() - age
    for (const [seq, { at }] of this.#retained) {
      if (this.#retained.size <= events && this.bytes <= bytes && at >= oldest) return
      this.#remove(seq)
      this.evicted = seq
    }
  }

  #remove(seq: number): void {
    const event = this.#retained.get(seq)
    if (event === undefined) return
    this.#retained.delete(seq)
    this.bytes -= event.bytes
    if (event.key !== undefined && this.#byKey.get(event.key) === seq) this.#byKey.delete(event.key)
  }
}
