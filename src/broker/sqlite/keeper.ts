import type { FileLink } from './file-link.ts'
import { failureOf } from './sqlite-failure.ts'

/** Milliseconds between two looks for something to sweep out. */
const SWEEP = 5000
/** Milliseconds between two parts of a sweep that has much to do. */
const PART = 50

/**
 * Looks after the file while nothing else does: that it is still there and can be written to, that
 * nothing was overheard, and that what has aged leaves it.
 */
export class Keeper {
  readonly #link: FileLink
  readonly #read: () => void
  readonly #timer: ReturnType<typeof setInterval>
  #isProbing = false
  #sweeping: ReturnType<typeof setTimeout> | undefined
  #swept = Number.NEGATIVE_INFINITY

  /** `read` looks for what has come. */
  constructor(link: FileLink, read: () => void) {
    this.#link = link
    this.#read = read
    this.#timer = setInterval(() => this.#tick(), link.settings.poll)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#sweeping)
  }

  #tick(): void {
    this.#read()
    void this.#probe()
    if (this.#link.problem === undefined && performance.now() - this.#swept > SWEEP) this.#sweep()
  }

  /** What `patiently` cannot get for the whole timeout is away, and it says so. */
  async #probe(): Promise<void> {
    if (this.#isProbing) return
    this.#isProbing = true
    try {
      // Of a file that was away it takes a commit to know that it is back: the disk may be full.
      const isAway = this.#link.problem !== undefined
      await this.#link.patiently(
        'It is looked after',
        (file) => (isAway ? file.touch() : file.probe()),
        { ref: false },
      )
      this.#link.succeeded()
    } catch (error) {
      // Said by now, and nobody asked.
      if (!(error instanceof Error)) throw error
    } finally {
      this.#isProbing = false
    }
  }

  #sweep(): void {
    this.#swept = performance.now()
    try {
      const wasDue = this.#link.use((file) => file.sweep(Date.now()))
      if (!wasDue) return
    } catch (error) {
      // Another process may be at it.
      if (failureOf(error) !== 'busy') return this.#link.failed(error)
    }
    // One sweep is only a part, so that publishers get in between.
    clearTimeout(this.#sweeping)
    this.#sweeping = setTimeout(() => this.#sweep(), PART)
    this.#sweeping.unref()
  }
}
