import type { PartitionLog } from './partition-log.ts'
import { parsePosition } from './position.ts'
import type { Reader } from './reader.ts'
import type { Replays } from './replays.ts'
import type { Requests } from './requests.ts'
import type { Retained } from './topic-log.ts'

/** What a topic has after a cursor, and the offset after that; without `retained`, nobody can tell. */
export interface Place {
  readonly log: PartitionLog
  readonly retained: readonly Retained[] | undefined
  readonly offset: number
}

/** Milliseconds before another look, when the two links do not see the same topic. */
const PAUSE = 50

/** Tries to join what was read again with what came meanwhile. */
const MOST_ATTEMPTS = 3

/** Finds what topics have. */
export class Places {
  readonly #reader: Reader
  readonly #requests: Requests
  readonly #replays: Replays

  constructor(reader: Reader, requests: Requests, replays: Replays) {
    this.#reader = reader
    this.#requests = requests
    this.#replays = replays
  }

  /**
   * Calls `use` with what a topic has after a cursor, or with all of it. Whatever was published before is in it.
   * Nothing comes between the look and the call, which a promise could not promise.
   */
  async find<T>(
    topic: string,
    after: string | undefined,
    signal: AbortSignal,
    use: (place: Place) => T,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const log = await this.#caughtUp(topic, signal)
      const end = log.next
      const lost = { log, retained: undefined, offset: end }
      if (after === undefined) return use({ log, retained: log.all(topic), offset: end })
      const position = parsePosition(after)
      if (position?.epoch !== log.epoch || position.partition !== log.partition) return use(lost)
      const { offset } = position
      if (offset > end) {
        // Of an event behind a transaction that has not ended, or of none.
        const { epoch, offsets } = await this.#requests.latest()
        signal.throwIfAborted()
        if (this.#reader.logOf(topic) !== log || epoch !== log.epoch || log.next > end) continue
        return use(offset > (offsets[log.partition] ?? 0) ? lost : { log, retained: [], offset })
      }
      const found = log.find(topic, offset)
      if (found === 'gap') return use(lost)
      if (found !== 'elsewhere') return use({ log, retained: found, offset: end })

      const older = await this.#replays.read(topic, log, offset, end, signal)
      signal.throwIfAborted()
      if (this.#reader.logOf(topic) !== log) continue
      const newer = log.find(topic, end)
      if (newer === 'elsewhere' && attempt < MOST_ATTEMPTS) continue
      const now = { log, retained: undefined, offset: log.next }
      if (older === undefined || newer === 'gap' || newer === 'elsewhere') return use(now)
      for (const retained of newer) older.append(retained)
      older.evict()
      return use(older.evicted > offset ? now : { ...now, retained: older.from(offset) })
    }
  }

  /** The log of a topic, once it has what was published before this was asked. */
  async #caughtUp(topic: string, signal: AbortSignal): Promise<PartitionLog> {
    this.#reader.start()
    for (;;) {
      const { epoch, offsets } = await this.#requests.ends()
      await this.#reader.ready(signal)
      signal.throwIfAborted()
      const log = this.#reader.logOf(topic)
      if (log?.epoch === epoch) {
        await log.reached(offsets[log.partition] ?? 0, signal)
        signal.throwIfAborted()
        if (this.#reader.logOf(topic) === log) return log
        continue
      }
      this.#reader.check()
      this.#requests.check()
      await Bun.sleep(PAUSE)
    }
  }
}
