import type { BrokerHealth } from '../broker.ts'

/** Milliseconds between two lines on records that are no events. */
const QUIET = 1000

/** How the broker stands, and what it says of that in the log: a lost link once, and its return once. */
export class Standing {
  readonly #name: string
  readonly #problems = new Map<string, string>()
  #lostAt: number | undefined
  #reconnects = 0
  #badRecords = 0
  #saidAt = -Infinity
  #lag: number | undefined

  constructor(name: string) {
    this.#name = name
  }

  get health(): BrokerHealth {
    return {
      problem: this.problem,
      reconnects: this.#reconnects,
      badRecords: this.#badRecords,
      lag: this.#lag,
    }
  }

  get problem(): string | undefined {
    const [problem] = this.#problems.values()
    return problem === undefined ? undefined : `${this.#name}: ${problem}`
  }

  /** One of the links does not work. */
  lost(link: string, error: unknown): void {
    this.#problems.set(link, reasonOf(error))
    if (this.#lostAt !== undefined) return
    this.#lostAt = Date.now()
    console.error(`The link to ${this.#name} is lost: ${reasonOf(error)}`)
  }

  /** One of the links works. */
  works(link: string): void {
    this.#problems.delete(link)
    if (this.#lostAt === undefined || this.#problems.size > 0) return
    const seconds = ((Date.now() - this.#lostAt) / 1000).toFixed(1)
    this.#lostAt = undefined
    this.#reconnects++
    console.info(`The link to ${this.#name} is back after ${seconds} s.`)
  }

  /** A record that is no event was passed over. */
  badRecord(partition: number, offset: number, why: string): void {
    this.#badRecords++
    if (performance.now() - this.#saidAt < QUIET) return
    this.#saidAt = performance.now()
    const total = this.#badRecords === 1 ? '' : ` (${this.#badRecords} so far)`
    console.error(
      `A record of ${this.#name}, partition ${partition}, offset ${offset}, is no event and is passed over: ${why}${total}.`,
    )
  }

  /** An event was heard that is of this time. */
  heard(at: number): void {
    this.#lag = Math.max(0, Date.now() - at)
  }
}

/** An error in one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}
