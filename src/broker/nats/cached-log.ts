import type { NatsRecord } from './record.ts'
import { TopicLog } from './topic-log.ts'

/** One topic's log as this process has it, and from where on it is whole. */
export class CachedLog extends TopicLog {
  /**
   * After this sequence number nothing is missing but what the log itself has evicted. At first the
   * head of the first reading; it goes back when somebody asks for what came before.
   */
  wholeAfter = Number.POSITIVE_INFINITY
  /** One reading at a time. */
  reading: Promise<void> = Promise.resolve()
  /** What it counted for in the cache. */
  weight = 0
  /** What the feed brought during the first reading. */
  #early: NatsRecord[] | undefined = []

  /** Whether the first reading is done. */
  get isOpen(): boolean {
    return this.#early === undefined
  }

  /** A record of the feed. */
  hear(record: NatsRecord): void {
    if (this.#early === undefined) this.add(record)
    else this.#early.push(record)
  }

  /** The first reading is done: what the feed brings follows without a hole. */
  open(head: number): void {
    if (this.#early === undefined) return
    this.wholeAfter = Math.max(head, this.last)
    for (const record of this.#early) this.add(record)
    this.#early = undefined
  }
}
