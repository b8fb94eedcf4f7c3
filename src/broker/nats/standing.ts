import type { StreamState } from './stream.ts'

/** What this process knows of the stream, and the cursors that follow from it. */
export class Standing {
  /** Which stream it is; empty until it was reached. */
  epoch = ''
  /** The newest sequence number that the stream is known to have. */
  head = 0
  #maxAge = 0
  #told = ''

  /** Takes in how the stream stands; answers whether what was known of its events is void. */
  adopt({ epoch, last, maxAge, differs }: StreamState, begins: boolean): boolean {
    const another = epoch !== this.epoch
    // Whoever has just been connected has nothing on its way: a lower head is a lost end.
    const rewound = begins && last < this.head
    this.head = another || rewound ? last : Math.max(last, this.head)
    this.epoch = epoch
    this.#maxAge = maxAge
    if (differs !== undefined)
      this.#warn(`It has other settings than the app asks for: ${differs}.`)
    return another || rewound
  }

  saw(seq: number): void {
    if (seq > this.head) this.head = seq
  }

  /** Says so once if the stream forgets sooner than a topic wants to. */
  checkAge(age: number): void {
    if (this.#maxAge === 0 || age <= this.#maxAge) return
    this.#warn(`It keeps events for ${this.#maxAge} ms, and a topic asks for ${age} ms.`)
  }

  cursorAt(seq: number): string {
    return `${this.epoch}.${seq}`
  }

  /** The sequence number of a cursor; `undefined` when it is none of this stream's. */
  parse(cursor: string): number | undefined {
    const dot = cursor.lastIndexOf('.')
    const seq = cursor.slice(dot + 1)
    if (this.epoch === '' || cursor.slice(0, dot) !== this.epoch) return undefined
    return /^\d{1,15}$/.test(seq) ? Number(seq) : undefined
  }

  #warn(what: string): void {
    if (this.#told.includes(what)) return
    this.#told += what
    console.warn(`The NATS stream that holds the events is not as wanted. ${what}`)
  }
}
