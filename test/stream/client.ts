import { setImmediate } from 'node:timers/promises'
import { parseBytes } from '../sse/parse-bytes.ts'

/** One event as a client sees it; `event` is `message` where it had no name. */
export interface Seen {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** Reads a body of events when it is told to, as a slow or a stalled client does. */
export class Client {
  /** Whether the server has ended the connection. */
  ended = false
  readonly #parts: Uint8Array[] = []
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #pending: Promise<void> | undefined

  constructor(body: ReadableStream<Uint8Array> | null) {
    if (body === null) throw new Error('This response has no body.')
    this.#reader = body.getReader()
  }

  /** All that has been read so far. */
  get text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#parts))
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** All events that have been read so far. */
  get events(): Seen[] {
    return parseBytes(this.#parts).map(({ event = 'message', id, data }) => ({ event, id, data }))
  }

  /** The data of one event, in order. */
  dataOf(event: string): string[] {
    return this.events.filter((seen) => seen.event === event).map(({ data }) => data)
  }

  /** The newest id, as an EventSource would send it back. */
  get lastEventId(): string | undefined {
    // Not by a regular expression's ^: that takes U+2028 in somebody's text for a line end, too.
    const line = this.text.split('\n').findLast((one) => one.startsWith('id: '))
    return line?.slice('id: '.length)
  }

  /** One chunk, whenever it comes. */
  read(): Promise<void> {
    this.#pending ??= this.#reader.read().then(({ done, value }) => {
      this.#pending = undefined
      if (done) this.ended = true
      else this.#parts.push(value)
    })
    return this.#pending
  }

  /** Takes everything there is now: until nothing has come for some turns of the event loop. */
  async drain(): Promise<this> {
    while (!this.ended) {
      const read = this.read().then(() => true)
      if (!(await Promise.race([read, setImmediate().then(() => setImmediate(false))]))) break
    }
    return this
  }

  /** Reads until something holds; throws when it does not within `timeout` milliseconds. */
  async until(what: string, holds: (client: this) => boolean, timeout = 5000): Promise<this> {
    const deadline = performance.now() + timeout
    while (!holds(this)) {
      if (performance.now() > deadline)
        throw new Error(`Not within ${timeout} ms: ${what}\n${this.text}`)
      await this.drain()
    }
    return this
  }

  /** Goes away. */
  leave(): Promise<void> {
    return this.#reader.cancel()
  }
}
