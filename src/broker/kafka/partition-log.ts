import type { Entry } from '../broker.ts'
import type { EventRecord } from './event-record.ts'
import { formatPosition } from './position.ts'
import { type Forget, type Retained, TopicLog } from './topic-log.ts'

/** Bytes that an event takes beside its text, roughly. */
const OVERHEAD = 400

/** What a topic has from an offset on: `elsewhere` when only Kafka can tell. */
export type Found = readonly Retained[] | 'gap' | 'elsewhere'

/** What this process keeps of one partition's end, by topic. */
export class PartitionLog {
  readonly epoch: string
  readonly partition: number
  readonly #limit: number
  readonly #topics = new Map<string, TopicLog>()
  /** Whose event is at which offset, oldest first. */
  readonly #owners = new Map<number, string>()
  readonly #waiting = new Set<{ readonly offset: number; readonly resolve: () => void }>()
  #bytes = 0
  /** The offset of the next record. */
  #next: number
  /** From this offset on, all events are here but those that their topics do not retain. */
  #floor: number
  /** Up to this offset, topics without a log may have had events that were evicted. */
  #forgotten: number

  /** An empty log from an offset on; `limit` is what it may keep, in bytes. */
  constructor(epoch: string, partition: number, start: number, limit: number) {
    this.epoch = epoch
    this.partition = partition
    this.#limit = limit
    this.#next = start
    this.#floor = start
    this.#forgotten = start
  }

  get next(): number {
    return this.#next
  }

  /** The cursor at an offset of this partition. */
  cursor(offset: number): string {
    return formatPosition({ epoch: this.epoch, partition: this.partition, offset })
  }

  append(event: EventRecord, entry: Entry): void {
    const { topic, offset } = event
    let log = this.#topics.get(topic)
    if (log === undefined)
      this.#topics.set(topic, (log = new TopicLog(this.#forgotten, this.#forget)))
    this.#owners.set(offset, topic)
    this.#bytes += entry.text.length + OVERHEAD
    log.append({ event, entry })
    this.#drop(topic, log)
    while (this.#bytes > this.#limit) this.#dropOldest()
  }

  /** Everything before this offset has been appended or passed over. */
  advance(next: number): void {
    this.#next = next
    for (const waiter of this.#waiting) if (waiter.offset <= next) waiter.resolve()
  }

  /** There is a hole before this offset: nothing of what was before counts. */
  restart(offset: number): void {
    this.#topics.clear()
    this.#owners.clear()
    this.#bytes = 0
    this.#floor = offset
    this.#forgotten = offset
    this.advance(offset)
  }

  find(topic: string, offset: number): Found {
    const log = this.#topics.get(topic)
    log?.evict()
    if (log !== undefined && offset < log.evicted) return 'gap'
    if (offset < Math.max(this.#floor, log?.since ?? this.#forgotten)) return 'elsewhere'
    return log?.from(offset) ?? []
  }

  /** All that is kept of a topic. */
  all(topic: string): readonly Retained[] {
    const log = this.#topics.get(topic)
    log?.evict()
    return log?.from(0) ?? []
  }

  /** Resolves once everything before an offset is here; the signal gives up. */
  async reached(offset: number, signal: AbortSignal): Promise<void> {
    if (this.#next >= offset) return
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        this.#waiting.delete(waiter)
        signal.removeEventListener('abort', abort)
      }
      const waiter = {
        offset,
        resolve: () => {
          done()
          resolve()
        },
      }
      const abort = (): void => {
        done()
        reject(signal.reason as Error)
      }
      if (signal.aborted) return abort()
      this.#waiting.add(waiter)
      signal.addEventListener('abort', abort)
    })
  }

  /** Nobody waits for it any more: another log has taken its place. */
  close(): void {
    for (const waiter of this.#waiting) waiter.resolve()
  }

  /** Drops what aged, and logs that are empty. */
  sweep(): void {
    for (const [topic, log] of this.#topics) {
      log.evict()
      this.#drop(topic, log)
    }
  }

  readonly #forget: Forget = (offset, text) => {
    if (this.#owners.delete(offset)) this.#bytes -= text.length + OVERHEAD
  }

  #drop(topic: string, log: TopicLog): void {
    if (!log.isEmpty) return
    this.#forgotten = Math.max(this.#forgotten, log.evicted)
    this.#topics.delete(topic)
  }

  #dropOldest(): void {
    for (const [offset, topic] of this.#owners) {
      this.#floor = offset + 1
      const log = this.#topics.get(topic)
      log?.remove(offset)
      if (log !== undefined) this.#drop(topic, log)
      return
    }
    this.#bytes = 0
  }
}
