import { encodeEvent, HEARTBEAT } from '../sse/event.ts'
import type { Window } from './window.ts'

/** Where a connection starts. */
export interface Start {
  readonly window: Window
  readonly position: number
  /** The cursor that the client has; the position may lie before it where the window lags. */
  readonly after: string
  /** Whether events are missing between what the client had and here. */
  readonly reset: boolean
}

/**
 * One client of one topic: a position in the topic's window, and the socket that it is written to.
 *
 * It holds no events. When the socket has room, it takes what lies between its position and the
 * head, as a chunk that it shares with every other connection at the same place.
 */
export class Connection {
  readonly body: ReadableStream<Uint8Array>
  readonly #window: Window
  readonly #liveFrom: number
  readonly #end = new AbortController()
  #position: number
  /** Until the window has reached the client's cursor, the position follows it. */
  #after: string | undefined
  /** The window's newest cursor when the position followed it last. */
  #followed: string | undefined
  #last: Uint8Array | undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  /** `retry` is in milliseconds. */
  constructor({ window, position, after, reset }: Start, retry: number) {
    this.#window = window
    this.#position = position
    this.#liveFrom = window.head
    this.#after = after
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          // At once, so that a reconnect never starts from nothing.
          controller.enqueue(encodeEvent({ retry, id: after }))
          if (reset) controller.enqueue(resetBlock(after))
        },
        pull: () => this.flush(),
        cancel: () => this.#finish(),
      },
      // desiredSize is then minus the bytes that the socket has not taken (Bun 1.4.5).
      { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
    )
    // What the client has missed goes along, before the window can move on from under it.
    this.#write()
  }

  /** Aborts once, however the connection ends: cancelled, closed, or cut off. */
  get ended(): AbortSignal {
    return this.#end.signal
  }

  /** Writes what is new, if the socket has room; otherwise `pull` comes when it has. */
  flush(): void {
    while ((this.#controller?.desiredSize ?? -1) >= 0) if (!this.#write()) return
  }

  /** A comment for proxies and idle timers; a socket that is behind needs none. */
  beat(): void {
    if (this.#controller?.desiredSize === 0) this.#controller.enqueue(HEARTBEAT)
  }

  /** Called before positions that the window has left are taken again, by other frames. */
  giveUpLeftPosition(): void {
    this.#position = this.#window.resume(this.#position) ?? -Infinity
  }

  /** Ends after everything in the window has been written, with a last block. */
  endWith(last: Uint8Array): void {
    this.#last = last
    this.flush()
  }

  /** Ends now, with a last block if one is given. */
  close(last?: Uint8Array): void {
    const controller = this.#controller
    if (controller === undefined) return
    if (last !== undefined) controller.enqueue(last)
    controller.close()
    this.#finish()
  }

  /** Writes the next chunk; `false` when there is none. */
  #write(): boolean {
    const controller = this.#controller
    if (controller === undefined) return false
    if (this.#after !== undefined) this.#follow(this.#after)
    const chunk = this.#window.chunk(this.#position, this.#liveFrom)
    if (chunk === undefined) {
      if (this.#last !== undefined) this.close(this.#last)
      return false
    }
    if (chunk === 'gap') {
      this.#position = this.#window.head
      controller.enqueue(resetBlock(this.#window.cursor(this.#position)))
      return true
    }
    this.#position = chunk.next
    if (chunk.bytes.byteLength > 0) controller.enqueue(chunk.bytes)
    return true
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

  #finish(): void {
    if (this.#controller === undefined) return
    this.#controller = undefined
    this.#end.abort()
  }
}

function resetBlock(cursor: string): Uint8Array {
  return encodeEvent({ event: 'reset', id: cursor, data: '' })
}
