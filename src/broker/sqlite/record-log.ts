/** Milliseconds between two lines of the log. */
const INTERVAL = 1000

/** Counts records that cannot be events, and logs the first at once, then at most one line a second. */
export class RecordLog {
  count = 0
  readonly #name: string
  #logged = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = ''

  constructor(name: string) {
    this.#name = name
  }

  add(problem: string): void {
    this.count++
    this.#last = problem
    if (this.#timer === undefined) this.#write()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #write(): void {
    const passed = this.count - this.#logged
    this.#logged = this.count
    const others = passed > 1 ? ` (and ${passed - 1} before it)` : ''
    console.error(
      `${this.#name} has a record that is no event; it is passed over. ${this.#last}${others}`,
    )
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.count > this.#logged) this.#write()
    }, INTERVAL)
    this.#timer.unref()
  }
}
