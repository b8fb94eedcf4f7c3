import type { Entry, Listener, PublishOptions, Retention } from './broker.ts'

interface Retained {
  readonly entry: Entry
  readonly at: number
  readonly key: string | undefined
}

/** The retained events of one topic, by their sequence number, and who listens to it. */
export class MemoryLog {
  readonly listeners = new Set<Listener>()
  /** The newest sequence number that was evicted: a cursor before it has a gap after it. */
  evicted: number
  readonly #retained = new Map<number, Retained>()
  readonly #byKey = new Map<string, number>()
  #bytes = 0
  #retention: Retention | undefined

  constructor(evicted: number) {
    this.evicted = evicted
  }

  /** Characters of message text that it retains. */
  get bytes(): number {
    return this.#bytes
  }

  get isIdle(): boolean {
    return this.#retained.size === 0 && this.listeners.size === 0
  }

  append(seq: number, entry: Entry, { retention, key }: PublishOptions): void {
    this.#retention = retention
    // Superseded, not lost: whoever resumes from before it gets the newer one.
    const superseded = key === undefined ? undefined : this.#byKey.get(key)
    if (superseded !== undefined) this.#remove(superseded)
    if (key !== undefined) this.#byKey.set(key, seq)
    this.#retained.set(seq, { entry, at: Date.now(), key })
    this.#bytes += entry.text.length
    this.evict()
  }

  /** Drops what the retention no longer covers. */
  evict(): void {
    if (this.#retention === undefined) return
    const { events, age, bytes } = this.#retention
    const oldest = Date.now() - age
    for (const [seq, { at }] of this.#retained) {
      if (this.#retained.size <= events && this.#bytes <= bytes && at >= oldest) return
      this.#remove(seq)
      this.evicted = seq
    }
  }

  /** Drops everything. */
  clear(): void {
    for (const seq of this.#retained.keys()) this.evicted = seq
    this.#retained.clear()
    this.#byKey.clear()
    this.#bytes = 0
  }

  after(seq: number): Entry[] {
    this.evict()
    const entries: Entry[] = []
    for (const [at, { entry }] of this.#retained) if (at > seq) entries.push(entry)
    return entries
  }

  #remove(seq: number): void {
    const retained = this.#retained.get(seq)
    if (retained === undefined) return
    this.#retained.delete(seq)
    this.#bytes -= retained.entry.text.length
    if (retained.key !== undefined) this.#byKey.delete(retained.key)
  }
}
