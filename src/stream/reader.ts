import { encodeEvent } from '../sse/event.ts'
import { EXPIRED, resetBlock } from './blocks.ts'
import { type Chunk, joinBytes } from './chunk.ts'
import type { Connection } from './connection.ts'
import type { StreamStats } from './stats.ts'
import type { Window } from './window.ts'

/** Where a reader starts. */
export interface Start {
  readonly window: Window
  readonly position: number
  /** The cursor that the client has; the position may lie before it where the window lags. */
  readonly after: string
  /** Whether events are missing between what the client had and here. */
  readonly reset: boolean
}

/** What readers of a topic have in common. */
export interface ReaderOptions {
  readonly stats: StreamStats
  /** Names the topic before everything, on a connection that has several. */
  readonly name: Uint8Array | undefined
  /** Whether all others call the topic that, too: what goes out behind it is then made once. */
  readonly sharesName: boolean
  /** Called once, when the reader is done: left, cut off, or at the end of its topic. */
  readonly onLeave: (reader: Reader) => void
}

/** The longest wait of a timer, in milliseconds (HTML standard, 8.7: a signed 32-bit number). */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * One client's place in one topic: a position in the topic's window.
 *
 * It holds no events: what lies between its position and the head is asked of the window when the
 * socket has room, as a chunk that all readers at the same place share.
 */
export class Reader {
  /** Whose socket it is written to; a reader exists a moment before its connection. */
  connection: Connection | undefined
  readonly #window: Window
  readonly #options: ReaderOptions
  readonly #liveFrom: number
  #position: number
  /** Until the window has reached the client's cursor, the position follows it. */
  #after: string | undefined
  /** The window's newest cursor when the position followed it last. */
  #followed: string | undefined
  /** What the client has missed, held before the window can move on from under it. */
  #missed: Chunk | undefined
  #last: Uint8Array | undefined
  #isDone = false
  /** When the permission runs out, as `Date.now()` tells. */
  #until: number | undefined
  #expiry: ReturnType<typeof setTimeout> | undefined

  constructor({ window, position, after }: Start, options: ReaderOptions) {
    this.#window = window
    this.#options = options
    this.#position = position
    this.#liveFrom = window.head
    this.#after = after
    this.#follow(after)
    const missed = window.chunk(this.#position, this.#liveFrom)
    if (typeof missed !== 'object') return
    this.#missed = missed
    this.#position = missed.next
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** What this reader's stream has counted. */
  get stats(): StreamStats {
    return this.#options.stats
  }

  /** When this process had the oldest event that is still to be written; `undefined` at the head. */
  get waitingSince(): number | undefined {
    return this.#missed?.at ?? this.#window.arrival(this.#position)
  }

  /** The first words of a topic: the cursor, at once, so that a reconnect never starts from nothing. */
  hello({ after, reset }: Start): Uint8Array {
    if (!reset) return this.#named(encodeEvent({ id: after }))
    // The cursor together with the word of the gap: cut between the two, nobody would know of it.
    this.stats.resets++
    return this.#named(resetBlock(after))
  }

  /** What is to be written next; `undefined` when there is nothing. */
  next(): Uint8Array | undefined {
    if (this.#isDone) return undefined
    // By the clock and not by the timer, which may be late, or the socket without room when it comes.
    if (this.#until !== undefined && Date.now() >= this.#until) {
      this.#last = EXPIRED
      return this.#finish()
    }
    if (this.#missed !== undefined) {
      const missed = this.#missed
      this.#missed = undefined
      return this.#take(missed, true)
    }
    for (;;) {
      if (this.#after !== undefined) this.#follow(this.#after)
      const from = this.#position
      const chunk = this.#window.chunk(from, this.#liveFrom)
      if (chunk === undefined) return this.#last === undefined ? undefined : this.#finish()
      if (chunk === 'gap') {
        this.#position = this.#window.head
        this.stats.resets++
        return this.#named(resetBlock(this.#window.cursor(this.#position)))
      }
      this.#position = chunk.next
      if (chunk.bytes.byteLength > 0) return this.#take(chunk, from < this.#liveFrom)
      this.stats.conflated += chunk.conflated
    }
  }

  /** Called before positions that the window has left are taken again, by other frames. */
  giveUpLeftPosition(): void {
    this.#position = this.#window.resume(this.#position) ?? -Infinity
  }

  /** Ends after everything in the window has been written, with a last block. */
  endWith(last: Uint8Array): void {
    this.#last = last
    this.connection?.flush(this)
  }

  /** Ends at a time (`Date.now()`), with nothing more than the word that it has expired. */
  expireAt(time: number): void {
    this.#until = time
    const wait = Math.max(0, Math.min(time - Date.now(), LONGEST_TIMER))
    this.#expiry = setTimeout(() => {
      if (Date.now() < time) this.expireAt(time)
      else this.connection?.flush(this)
    }, wait)
  }

  /** Lets go of the topic; nothing is written any more. */
  leave(): void {
    if (this.#isDone) return
    this.#isDone = true
    clearTimeout(this.#expiry)
    this.#options.onLeave(this)
  }

  #take(chunk: Chunk, replayed: boolean): Uint8Array {
    const { stats, name, sharesName } = this.#options
    stats.delivered += chunk.events
    stats.bytes += chunk.bytes.byteLength
    stats.conflated += chunk.conflated
    if (replayed) stats.replayed += chunk.events
    else stats.observeLatency((performance.now() - chunk.at) / 1000, chunk.events)
    if (name === undefined || !sharesName) return this.#named(chunk.bytes)
    return (chunk.named ??= this.#named(chunk.bytes))
  }

  #finish(): Uint8Array | undefined {
    const last = this.#last
    this.leave()
    return last === undefined ? undefined : this.#named(last)
  }

  #named(bytes: Uint8Array): Uint8Array {
    const { name } = this.#options
    return name === undefined ? bytes : joinBytes([name, bytes])
  }

  /** Passes over events that come late to this process, and that the client has already. */
  #follow(after: string): void {
    const newest = this.#window.cursor(this.#window.head)
    if (newest === this.#followed) return
    this.#followed = newest
    const position = this.#window.position(after)
    if (position !== undefined) this.#position = Math.max(this.#position, position)
    if (position === undefined || this.#window.hasReached(after)) this.#after = undefined
  }
}
