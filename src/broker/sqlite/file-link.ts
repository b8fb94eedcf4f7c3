import { setTimeout } from 'node:timers/promises'
import { EventFile } from './event-file.ts'
import { describeFailure, failureOf } from './sqlite-failure.ts'
import type { SqliteSettings } from './sqlite-options.ts'

/** Milliseconds between two tries for a lock: short at first, since most are held for less than one. */
const FIRST_WAIT = 1
const LONGEST_WAIT = 5

/**
 * The way to the file: opened again when it was deleted, replaced or damaged, and known to be away
 * while it cannot be written to.
 */
export class FileLink {
  /** The broker in errors and logs. */
  readonly name: string
  readonly settings: SqliteSettings
  /** Counts the times that the file was opened. */
  generation = 0
  problem: string | undefined
  reconnects = 0
  isClosed = false
  /** Of the file as it was opened last. */
  epoch = ''
  #file: EventFile | undefined

  /** Opens the file, or throws an error that names it. */
  constructor(settings: SqliteSettings) {
    this.settings = settings
    this.name = `sqlite:${settings.path}`
    this.#openPatiently()
  }

  /** Calls `work` with the file, once. What was done to a file that is no longer in its place has failed. */
  use<T>(work: (file: EventFile) => T): T {
    this.checkOpen('The file cannot be used')
    const file = this.#file ?? this.#open(0)
    let result: T
    try {
      result = work(file)
    } catch (error) {
      if (failureOf(error) === 'broken') this.#drop()
      throw error
    }
    if (file.isInPlace) return result
    this.#drop()
    throw new Error('the file was deleted or replaced')
  }

  /**
   * Calls `work` until nobody else has the lock; rejects after the timeout, and at once for any
   * other failure. With `ref: false` the process may end meanwhile.
   */
  async patiently<T>(what: string, work: (file: EventFile) => T, { ref = true } = {}): Promise<T> {
    const deadline = performance.now() + this.settings.timeout
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      this.checkOpen(what)
      try {
        return this.use(work)
      } catch (error) {
        if (failureOf(error) !== 'busy' || performance.now() > deadline) {
          this.failed(error)
          throw this.refusal(what, error)
        }
      }
      await setTimeout(wait * (0.5 + Math.random()), undefined, { ref })
    }
  }

  checkOpen(what: string): void {
    if (this.isClosed) throw new Error(`${what}: the broker ${this.name} is closed.`)
  }

  /** The error for whoever asked for what could not be done. */
  refusal(what: string, cause: unknown): Error {
    const { timeout } = this.settings
    return new Error(
      `${what}: ${this.name} is away.

Expected: a file that can be read and written, and its lock within ${timeout} ms
Got: ${describeFailure(cause)}`,
      { cause },
    )
  }

  /** Notes that the file cannot be used; said once. */
  failed(cause: unknown): void {
    if (this.isClosed || this.problem !== undefined) return
    this.problem = describeFailure(cause)
    console.error(`The broker ${this.name} is away: ${this.problem}`)
  }

  /** Notes that something was written. */
  succeeded(): void {
    if (this.problem === undefined) return
    this.problem = undefined
    this.reconnects++
    console.info(`The broker ${this.name} is back.`)
  }

  close(): void {
    this.isClosed = true
    this.#drop()
  }

  #open(patience: number): EventFile {
    const file = new EventFile(this.settings, patience)
    this.generation++
    this.epoch = file.epoch
    return (this.#file = file)
  }

  /** Several processes that make one file at once get SQLITE_BUSY in spite of busy_timeout. */
  #openPatiently(): void {
    const { timeout } = this.settings
    const deadline = performance.now() + timeout
    for (;;) {
      try {
        this.#open(timeout)
        return
      } catch (error) {
        if (failureOf(error) !== 'busy' || performance.now() > deadline) {
          throw new Error(
            `${this.name} cannot be opened.

Expected: a file of Rivulet's events, or none yet in a folder that can be written to
Got: ${describeFailure(error)}`,
            { cause: error },
          )
        }
      }
      Bun.sleepSync(5)
    }
  }

  #drop(): void {
    const file = this.#file
    this.#file = undefined
    file?.close()
  }
}
