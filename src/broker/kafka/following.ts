import type { Audience } from './audience.ts'
import { committedBatches } from './committed.ts'
import { decodeEventRecord } from './event-record.ts'
import { PartitionLog } from './partition-log.ts'
import { partitionOf } from './partition-of.ts'
import type { StoredRecord } from './protocol/decode-batches.ts'
import type { Fetched } from './protocol/fetch.ts'
import type { KafkaSettings } from './settings.ts'
import type { Standing } from './standing.ts'

/** The bounds of all partitions, by their number. */
export interface Bounds {
  /** The first offset that Kafka has. */
  readonly earliest: readonly number[]
  /** The offset after the last record that may be read. */
  readonly ends: readonly number[]
}

/** One partition while it is followed. */
interface Followed {
  readonly log: PartitionLog
  earliest: number
  /** Where it ended when this link was made: ephemeral events before that are nobody's any more. */
  liveFrom: number
  /** The newest record that was read, and whether it has to be seen again before anything else. */
  last: { readonly offset: number; readonly timestamp: number } | undefined
  unproven: boolean
}

/** What is followed, and who is told. */
export interface FollowingOptions {
  readonly epoch: string
  readonly bounds: Bounds
  /** What is kept of the partitions: of their ends when this begins, and in all. */
  readonly history: KafkaSettings['history']
  readonly audience: Audience
  readonly standing: Standing
  /** Called for a record that is on a partition which is not its topic's. */
  readonly astray: (topic: string, partition: number, offset: number) => void
}

/** The partitions of one epoch: keeps what comes by topic, and tells whoever listens. */
export class Following {
  readonly epoch: string
  readonly #options: FollowingOptions
  readonly #followed: readonly Followed[]

  constructor(options: FollowingOptions) {
    const { epoch, history, bounds } = options
    this.epoch = epoch
    this.#options = options
    const { earliest, ends } = bounds
    const { records, bytes } = history
    this.#followed = ends.map((end, partition): Followed => {
      const first = earliest[partition] ?? 0
      const start = Math.max(first, end - Math.floor(records / ends.length))
      const log = new PartitionLog(epoch, partition, start, bytes / ends.length)
      return { log, earliest: first, liveFrom: end, last: undefined, unproven: false }
    })
  }

  /** How many partitions there are. */
  get count(): number {
    return this.#followed.length
  }

  logOf(topic: string): PartitionLog | undefined {
    return this.#followed[partitionOf(topic, this.count)]?.log
  }

  /** Where a partition is to be read on: at the last record once more, while that has to be proven. */
  nextOf(partition: number): number {
    const { log, last, unproven } = this.#followed[partition] ?? {}
    return unproven && last !== undefined ? last.offset : (log?.next ?? 0)
  }

  /** Goes on over a new link; tells who has lost something meanwhile. */
  resume({ earliest, ends }: Bounds): void {
    for (const followed of this.#followed) {
      const { log } = followed
      followed.earliest = earliest[log.partition] ?? 0
      followed.liveFrom = ends[log.partition] ?? 0
      if (log.next < followed.earliest || log.next > followed.liveFrom) this.#restart(followed)
      // Whether the log is still the one that was read, its last record says.
      followed.unproven = followed.last !== undefined && followed.last.offset >= followed.earliest
    }
  }

  /** Tells all listeners that what they had was of another epoch, and that they go on here. */
  tellAll(): void {
    for (const topic of this.#options.audience.topics) {
      const { log, liveFrom } = this.#followed[partitionOf(topic, this.count)] ?? {}
      if (log !== undefined && liveFrom !== undefined)
        this.#options.audience.tellGap(topic, liveFrom, log.cursor(liveFrom))
    }
  }

  /** Takes what a partition has; throws its error. */
  take(fetched: Fetched): void {
    if (fetched.error !== undefined) throw fetched.error
    const followed = this.#followed[fetched.partition]
    if (followed === undefined || fetched.batches.length === 0) return
    // Another log stands in its place: it was cut back, or made anew under the same name.
    if (followed.unproven && !isProven(followed, fetched)) return this.#restart(followed)
    followed.unproven = false
    const { log } = followed
    for (const { records, unreadable, next } of committedBatches(fetched)) {
      if (next <= log.next) continue
      if (unreadable !== undefined)
        this.#options.standing.badRecord(log.partition, log.next, unreadable)
      for (const record of records) if (record.offset >= log.next) this.#hear(followed, record)
      log.advance(next)
    }
  }

  /** Drops what aged. */
  sweep(): void {
    for (const { log } of this.#followed) log.sweep()
  }

  /** Nobody has to wait for it any more. */
  close(): void {
    for (const { log } of this.#followed) log.close()
  }

  #hear(followed: Followed, record: StoredRecord): void {
    const { audience, standing, astray } = this.#options
    const { log, liveFrom } = followed
    const { offset, timestamp } = record
    const isLive = offset >= liveFrom
    const event = decodeEventRecord(record)
    followed.last = { offset, timestamp }
    if (typeof event === 'string') {
      standing.badRecord(log.partition, offset, event)
    } else if (this.logOf(event.topic) !== log) {
      if (isLive) astray(event.topic, log.partition, offset)
    } else {
      const { topic, text, ephemeral } = event
      const entry = { cursor: ephemeral ? undefined : log.cursor(offset + 1), text }
      if (!ephemeral) log.append(event, entry)
      log.advance(offset + 1)
      if (isLive) standing.heard(event.at)
      if (!ephemeral || isLive) audience.tell(topic, offset, entry)
    }
    log.advance(offset + 1)
  }

  /** There is a hole in a partition, which goes on with the first record that Kafka has. */
  #restart(followed: Followed): void {
    const { log, earliest } = followed
    followed.last = undefined
    followed.unproven = false
    log.restart(earliest)
    const { audience } = this.#options
    for (const topic of audience.topics) {
      if (this.logOf(topic) === log) audience.tellGap(topic, earliest, log.cursor(earliest))
    }
  }
}

/** Whether the last record that was read is still where it was. */
function isProven({ last }: Followed, { batches }: Fetched): boolean {
  const records = batches.flatMap((batch) => batch.records)
  return records.find(({ offset }) => offset === last?.offset)?.timestamp === last?.timestamp
}
