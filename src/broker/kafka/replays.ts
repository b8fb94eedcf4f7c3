import { committedBatches } from './committed.ts'
import { decodeEventRecord } from './event-record.ts'
import type { PartitionLog } from './partition-log.ts'
import type { StoredRecord } from './protocol/decode-batches.ts'
import { KafkaError } from './protocol/kafka-error.ts'
import type { Requests } from './requests.ts'
import type { KafkaSettings } from './settings.ts'
import { TopicLog } from './topic-log.ts'

/** What is read at once, in bytes: decoding that takes some 25 ms, during which nothing else is done. */
const BYTES = 1024 * 1024

/** What one topic has between two offsets of its partition. */
interface Range {
  readonly topic: string
  readonly log: PartitionLog
  readonly from: number
  readonly to: number
  readonly signal: AbortSignal
  readonly found: TopicLog
  /** With `undefined`: it is too much, or partly gone. */
  readonly resolve: (found: TopicLog | undefined) => void
  readonly reject: (error: Error) => void
}

/**
 * Reads again from Kafka what this process no longer has. A partition has the records of all its topics, so one
 * pass over it serves everybody who waits: after a restart that may be thousands.
 */
export class Replays {
  readonly #settings: KafkaSettings
  readonly #requests: Requests
  readonly #waiting = new Map<PartitionLog, Range[]>()
  readonly #running = new Set<PartitionLog>()
  /** How many offsets the bytes of one replay reached over, when they were not enough. */
  #reach = Infinity

  constructor(settings: KafkaSettings, requests: Requests) {
    this.#settings = settings
    this.#requests = requests
  }

  /** What a topic retains between two offsets; `undefined` when that is too much to read, or partly gone. */
  read(
    topic: string,
    log: PartitionLog,
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<TopicLog | undefined> {
    // Sizes of records vary; not that much, though, and to find out again costs all of the bytes.
    if (to - from > 2 * this.#reach) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      const range = { topic, log, from, to, signal, found: new TopicLog(from), resolve, reject }
      const waiting = this.#waiting.get(log)
      if (waiting === undefined) this.#waiting.set(log, [range])
      else waiting.push(range)
      void this.#run(log)
    })
  }

  async #run(log: PartitionLog): Promise<void> {
    if (this.#running.has(log)) return
    this.#running.add(log)
    for (let ranges = this.#take(log); ranges.length > 0; ranges = this.#take(log)) {
      while (ranges.length > 0) {
        try {
          ranges = await this.#pass(log, ranges)
        } catch (error) {
          ranges = failed(ranges, error)
        }
      }
    }
    this.#running.delete(log)
  }

  #take(log: PartitionLog): Range[] {
    const ranges = this.#waiting.get(log) ?? []
    this.#waiting.delete(log)
    return ranges
  }

  /** Reads from the first offset to the last; resolves with the ranges that another pass has to read. */
  async #pass(log: PartitionLog, ranges: readonly Range[]): Promise<Range[]> {
    const start = firstOf(ranges)
    const end = ranges.reduce((last, { to }) => Math.max(last, to), start)
    const byTopic = Map.groupBy(ranges, ({ topic }) => topic)
    let read = 0
    for (let next = start; next < end;) {
      if (ranges.every(({ signal }) => signal.aborted)) return []
      const fetched = await this.#requests.fetch(log.partition, {
        topic: this.#settings.topic,
        from: new Map([[log.partition, next]]),
        wait: 0,
        bytes: { all: BYTES, partition: BYTES },
      })
      read += fetched?.size ?? 0
      if (fetched === undefined || fetched.batches.length === 0) return lose(ranges)
      for (const batch of committedBatches(fetched)) {
        for (const record of batch.records) if (record.offset >= next) put(byTopic, log, record)
        next = Math.max(next, batch.next)
      }
      if (next < end && read > this.#settings.replayBytes) {
        // Who wants less than this was may still be served.
        const most = Math.min(next - start, end - start - 1)
        this.#reach = most
        lose(ranges.filter(({ from }) => end - from > most))
        return ranges.filter(({ from }) => end - from <= most).map(anew)
      }
    }
    this.#reach = Math.max(this.#reach, end - start)
    for (const { found, resolve } of ranges) resolve(found)
    return []
  }
}

function put(
  byTopic: ReadonlyMap<string, readonly Range[]>,
  log: PartitionLog,
  record: StoredRecord,
): void {
  const ranges = byTopic.get(record.key?.toString() ?? '')
  if (ranges === undefined) return
  const event = decodeEventRecord(record)
  if (typeof event === 'string' || event.ephemeral) return
  const retained = { event, entry: { cursor: log.cursor(event.offset + 1), text: event.text } }
  for (const { from, to, found } of ranges) {
    if (event.offset >= from && event.offset < to) found.append(retained)
  }
}

/** What is left to read after an error: what began too early takes nobody else along. */
function failed(ranges: readonly Range[], error: unknown): Range[] {
  if (error instanceof KafkaError && error.isOutOfRange) {
    const start = firstOf(ranges)
    lose(ranges.filter(({ from }) => from === start))
    return ranges.filter(({ from }) => from !== start).map(anew)
  }
  for (const { reject } of ranges) reject(error as Error)
  return []
}

function firstOf(ranges: readonly Range[]): number {
  return ranges.reduce((first, { from }) => Math.min(first, from), Infinity)
}

function lose(ranges: readonly Range[]): [] {
  for (const { resolve } of ranges) resolve(undefined)
  return []
}

function anew(range: Range): Range {
  return { ...range, found: new TopicLog(range.from) }
}
