import type { BrokerHealth } from '../broker.ts'

/** Milliseconds between two lines about bad records. */
const QUIET = 1_000

/** How a broker's connections stand, for `health()` and for the log. */
export class Standing {
  readonly #server: string
  readonly #down = new Map<string, string>()
  /** Connections that have stood before: only what stood can come back. */
  readonly #known = new Set<string>()
  #announced = false
  /** Something that stood was lost, and not all stand again. */
  #broken = false
  #closed = false
  #reconnects = 0
  #badRecords = 0
  #lag: number | undefined
  #loggedAt = -Infinity
  #unlogged = 0
  #warned = false

  /** `server` names it in the log. */
  constructor(server: string) {
    this.#server = server
  }

  get health(): BrokerHealth {
    const [problem] = this.#down.values()
    return {
      problem: problem === undefined ? undefined : `${this.#server}: ${problem}`,
      reconnects: this.#reconnects,
      badRecords: this.#badRecords,
      lag: this.#lag,
    }
  }

  /** A connection without which nothing works is being opened for the first time. */
  opening(name: string): void {
    this.#down.set(name, 'not connected yet')
  }

  /** A connection stands. */
  up(name: string): void {
    this.#known.add(name)
    this.#down.delete(name)
    this.#settle()
  }

  /** A connection was lost, or could not be opened. Logged once until all stand. */
  lost(name: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.#down.set(name, reason)
    this.#broken ||= this.#known.has(name)
    if (this.#announced) return
    this.#announced = true
    console.error(
      `The redis broker has no connection to ${this.#server}, and tries again: ${reason}`,
    )
  }

  /** A connection is needed no longer. */
  forget(name: string): void {
    this.#known.delete(name)
    if (this.#down.delete(name)) this.#settle()
  }

  /** Nothing is needed any more. */
  close(): void {
    this.#closed = true
  }

  /** Counts and logs a return once, when everything stands. */
  #settle(): void {
    if (this.#down.size > 0 || this.#closed) return
    if (this.#broken) this.#reconnects++
    if (this.#announced) console.info(`The redis broker is connected to ${this.#server} again.`)
    this.#broken = false
    this.#announced = false
  }

  /** An event was heard that was given this time, in milliseconds, by the server's clock. */
  heard(at: number): void {
    this.#lag = Math.max(0, Date.now() - at)
  }

  /** A record that is no event. The first is logged, then at most one a second. */
  badRecord(where: string, why: string): void {
    this.#badRecords++
    const now = performance.now()
    if (now - this.#loggedAt < QUIET) {
      this.#unlogged++
      return
    }
    const more = this.#unlogged > 0 ? ` (and ${this.#unlogged} more)` : ''
    this.#unlogged = 0
    this.#loggedAt = now
    console.error(
      `A record of ${where} on ${this.#server} is no event and is passed over: ${why}${more}`,
    )
  }

  /** A server that may delete what it was given to keep. */
  warnOfEviction(policy: string): void {
    if (this.#warned) return
    this.#warned = true
    console.warn(`${this.#server} may delete events at any time, and nobody would notice.

Expected: maxmemory-policy noeviction
Got: maxmemory-policy ${policy}`)
  }
}
