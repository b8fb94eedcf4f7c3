import { encodeEvent, HEARTBEAT } from '../sse/event.ts'
import { joinBytes } from './chunk.ts'
import type { Reader } from './reader.ts'

/** What all connections of a hub share. */
export interface ConnectionOptions {
  /** Milliseconds after which a socket that takes nothing is cut off. */
  readonly stallTimeout: number
  /** Called once for each, however it ends: cancelled, closed, or cut off. */
  readonly onEnd: (connection: Connection) => void
}

/** How a connection begins. */
export interface Beginning {
  readonly readers: readonly Reader[]
  /** The first words: a block for each topic. */
  readonly hello: readonly Uint8Array[]
  /** When it is rotated, as `performance.now()` tells. */
  readonly endsAt: number
  /** Called once, when it is over. */
  readonly release: () => void
}

/** desiredSize is then minus the bytes that the socket has not taken (Bun 1.4.5). */
const BY_BYTES = { highWaterMark: 0, size: (chunk?: Uint8Array) => chunk?.byteLength ?? 0 }

/** The longest wait before a client whose connection was only rotated comes back, in milliseconds. */
const ROTATION_RETRY = 1000

/** A client that finds no server comes back in this time again and again: the last `retry` holds. */
const SHORTEST_RETRY = 100

/**
 * One client's socket, with its readers: one per topic.
 *
 * It holds no events. When the socket has room, each reader in turn says what comes next.
 *
 * It is its stream's own source, and tells one function of its end: closures and an AbortSignal were
 * 1.7 of the 7.9 KiB of RSS of an idle connection (Bun 1.4.5, 8,000 of them).
 */
export class Connection implements UnderlyingDefaultSource<Uint8Array> {
  readonly body: ReadableStream<Uint8Array>
  readonly #options: ConnectionOptions
  readonly #endsAt: number
  readonly #release: () => void
  #readers: readonly Reader[]
  /** The reader that was asked last. */
  #turn = 0
  /** Whether there may be something to write that the socket has had no room for. */
  #behind = false
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Whether something was written since the last beat, for which the socket must have had room. */
  #wrote = false
  /** How much the socket had yet to take at the last beat, and since when that has not shrunk. */
  #unsent = Infinity
  #stuckSince = 0

  constructor({ readers, hello, endsAt, release }: Beginning, options: ConnectionOptions) {
    this.#readers = readers
    this.#endsAt = endsAt
    this.#release = release
    this.#options = options
    this.body = new ReadableStream<Uint8Array>(this, BY_BYTES)
    this.#controller?.enqueue(joinBytes(hello))
    for (const reader of readers) reader.connection = this
    // Not in this turn: until the head of a response is out, Bun 1.4.5 copies what is written into a
    // buffer of the connection that it keeps: 14 KB each after 100 missed events.
    setImmediate(() => this.#flushAll())
  }

  get isOver(): boolean {
    return this.#controller === undefined
  }

  get readers(): readonly Reader[] {
    return this.#readers
  }

  /** For the stream of `body`. */
  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller
  }

  /** For the stream of `body`: it comes after every write, and mostly there is nothing left to do. */
  pull(): void {
    if (this.#behind) this.#flushAll()
  }

  /** For the stream of `body`. */
  cancel(): void {
    this.#finish()
  }

  /** Writes what a reader has, if the socket has room; otherwise `pull` comes when it has. */
  flush(reader: Reader): void {
    while (this.#hasRoom) {
      const bytes = reader.next()
      if (bytes === undefined) return
      this.#write(bytes)
      if (reader.isDone) return this.#drop(reader)
    }
    this.#behind = true
  }

  /** A comment for proxies and idle timers; a socket that is behind needs none, but may be dead. */
  beat(now: number): void {
    const unsent = -(this.#controller?.desiredSize ?? 0)
    const isStuck = !this.#wrote && unsent > 0 && unsent >= this.#unsent
    this.#wrote = false
    if (!isStuck) this.#stuckSince = now
    this.#unsent = unsent === 0 ? Infinity : unsent
    if (now >= this.#endsAt) return this.rotate(ROTATION_RETRY)
    if (isStuck && now - this.#stuckSince >= this.#options.stallTimeout) return this.#cutOff()
    if (unsent === 0) this.#controller?.enqueue(HEARTBEAT)
  }

  /** Ends now; the client is told to come back within a random part of `longest` milliseconds. */
  rotate(longest: number): void {
    this.close(encodeEvent({ retry: Math.min(SHORTEST_RETRY, longest) + Math.random() * longest }))
  }

  /** Ends now, with a last block if one is given. */
  close(last?: Uint8Array): void {
    const controller = this.#controller
    if (controller === undefined) return
    if (last !== undefined) controller.enqueue(last)
    controller.close()
    this.#finish()
  }

  get #hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? -1) >= 0
  }

  #write(bytes: Uint8Array): void {
    this.#wrote = true
    this.#controller?.enqueue(bytes)
  }

  /** Gives each reader its turn, so that a busy topic does not starve a quiet one. */
  #flushAll(): void {
    this.#behind = false
    for (let idle = 0; idle < this.#readers.length;) {
      if (!this.#hasRoom) {
        this.#behind = true
        return
      }
      this.#turn = (this.#turn + 1) % this.#readers.length
      const reader = this.#readers[this.#turn]
      const bytes = reader?.next()
      if (bytes === undefined) idle++
      else {
        idle = 0
        this.#write(bytes)
      }
      if (reader?.isDone) this.#drop(reader)
    }
  }

  /** A topic is over; the connection is when none is left. */
  #drop(reader: Reader): void {
    this.#readers = this.#readers.filter((one) => one !== reader)
    if (this.#readers.length === 0) this.close()
  }

  /**
   * Nothing is written any more; the client comes back from where it was. The socket itself is dropped
   * by the server's idle timer: an error of the body only prints that error, and leaves a connection
   * with unsent bytes as it is (Bun 1.4.5).
   */
  #cutOff(): void {
    for (const { stats } of this.#readers) stats.stalled++
    this.close()
  }

  #finish(): void {
    if (this.#controller === undefined) return
    this.#controller = undefined
    for (const reader of this.#readers) reader.leave()
    this.#release()
    this.#options.onEnd(this)
  }
}
