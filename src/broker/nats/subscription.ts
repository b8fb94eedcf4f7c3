import type { Entry, Listener } from '../broker.ts'
import type { EventRecord } from './record.ts'

/** One listener of a topic, and where it stands. */
export class Subscription {
  readonly #listener: Listener
  readonly #cursorAt: (seq: number) => string
  #position = 0
  #waiting: (() => void)[] | undefined = []
  #closed = false

  /** Until it is opened it keeps what it hears. */
  constructor(listener: Listener, cursorAt: (seq: number) => string) {
    this.#listener = listener
    this.#cursorAt = cursorAt
  }

  /** An event of the stream. */
  event(seq: number, text: string): void {
    this.#take(() => {
      if (seq <= this.#position) return
      this.#position = seq
      this.#tell({ cursor: this.#cursorAt(seq), text })
    })
  }

  ephemeral(text: string): void {
    this.#take(() => this.#tell({ cursor: undefined, text }))
  }

  /** Events up to here were lost. */
  gap(seq: number): void {
    this.#take(() => {
      // Set, not raised: with another stream the sequence begins anew.
      this.#position = seq
      this.#guard(() => this.#listener.gap(this.#cursorAt(seq)))
    })
  }

  /** Goes on after a sequence number: first with these events, then with what was kept. */
  open(after: number, events: readonly EventRecord[], lost: boolean): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    this.#position = after
    if (lost) this.gap(after)
    for (const { seq, text } of events) this.event(seq, text)
    for (const one of waiting) one()
  }

  close(): void {
    this.#closed = true
    this.#waiting = undefined
  }

  #take(one: () => void): void {
    if (this.#waiting === undefined) one()
    else this.#waiting.push(one)
  }

  #tell(entry: Entry): void {
    this.#guard(() => this.#listener.next(entry))
  }

  /** What a listener throws would end the client's reading of its socket. */
  #guard(call: () => void): void {
    if (this.#closed) return
    try {
      call()
    } catch (error) {
      console.error('A listener of the NATS broker has thrown.\n', error)
    }
  }
}
