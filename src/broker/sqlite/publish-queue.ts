import { setImmediate, setTimeout } from 'node:timers/promises'
import type { PublishOptions } from '../broker.ts'
import { formatCursor } from './cursor.ts'
import type { NewEvent } from './event-file.ts'
import type { FileLink } from './file-link.ts'
import { LONGEST_TEXT } from './schema.ts'
import { failureOf } from './sqlite-failure.ts'

interface Pending extends NewEvent {
  readonly deadline: number
  readonly resolve: (cursor: string) => void
  readonly reject: (error: unknown) => void
}

/** Events and characters of one transaction: it holds the lock, and the event loop. */
const BATCH_EVENTS = 512
const BATCH_CHARACTERS = 4 * 1024 * 1024
/** Milliseconds between two tries for the lock: short at first, since most are held for less than one. */
const FIRST_WAIT = 1
const LONGEST_WAIT = 5

/**
 * What is to be appended. All that is published in one turn of the event loop goes into one
 * transaction, and so shares one `fsync`; each publisher has its own answer.
 */
export class PublishQueue {
  readonly #link: FileLink
  readonly #committed: () => void
  #pending: Pending[] = []
  #working: Promise<void> | undefined
  /** So many are appended each by itself. */
  #apart = 0

  /** `committed` is called after every transaction. */
  constructor(link: FileLink, committed: () => void) {
    this.#link = link
    this.#committed = committed
  }

  /** Resolves with the cursor once the file has the event. */
  add(topic: string, text: string, options: PublishOptions): Promise<string> {
    const what = refusalOf(topic)
    this.#link.checkOpen(what)
    if (text.length > LONGEST_TEXT) {
      throw new Error(
        `${what}: its text is too long.\n\nExpected: at most ${LONGEST_TEXT} characters\nGot: ${text.length}`,
      )
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const deadline = performance.now() + this.#link.settings.timeout
    this.#pending.push({ topic, text, options, deadline, resolve, reject })
    this.#working ??= this.#work()
    return promise
  }

  /** Resolves when everything that was added has its answer. */
  async drained(): Promise<void> {
    await this.#working
  }

  async #work(): Promise<void> {
    let wait = FIRST_WAIT
    await setImmediate()
    while (this.#pending.length > 0) {
      const batch = this.#take()
      const failure = this.#append(batch)
      if (failure === undefined) {
        wait = FIRST_WAIT
        await setImmediate()
        continue
      }
      this.#pending = [...batch, ...this.#pending]
      this.#expire(failure)
      await setTimeout(wait * (0.5 + Math.random()))
      wait = Math.min(2 * wait, LONGEST_WAIT)
    }
    this.#working = undefined
  }

  #take(): Pending[] {
    let count = 0
    let characters = 0
    const most = this.#apart > 0 ? 1 : BATCH_EVENTS
    for (const { text } of this.#pending) {
      characters += text.length
      if (count === most || (count > 0 && characters > BATCH_CHARACTERS)) break
      count++
    }
    this.#apart = Math.max(0, this.#apart - 1)
    return this.#pending.splice(0, count)
  }

  /** Appends the batch and answers it; or answers nobody and says what is in the way, if only for a moment. */
  #append(batch: readonly Pending[]): unknown {
    try {
      const seqs = this.#link.use((file) => file.append(batch, Date.now()))
      const { epoch } = this.#link
      for (const [index, { resolve }] of batch.entries())
        resolve(formatCursor({ epoch, seq: seqs[index] ?? 0 }))
    } catch (error) {
      const failure = failureOf(error)
      if (failure === 'busy') return error
      if (failure === 'row' && batch.length > 1) {
        // One of them is at fault, and the others are not.
        this.#apart = batch.length
        return error
      }
      if (failure !== 'row') this.#link.failed(error)
      for (const one of batch) this.#refuse(one, error)
      return undefined
    }
    this.#link.succeeded()
    this.#committed()
    return undefined
  }

  /** Refuses what has waited too long. */
  #expire(cause: unknown): void {
    const now = performance.now()
    while (this.#pending[0] !== undefined && this.#pending[0].deadline <= now) {
      const [late] = this.#pending.splice(0, 1)
      this.#link.failed(cause)
      if (late !== undefined) this.#refuse(late, cause)
    }
  }

  #refuse({ topic, reject }: Pending, cause: unknown): void {
    reject(this.#link.refusal(refusalOf(topic), cause))
  }
}

function refusalOf(topic: string): string {
  return `Nothing can be published to ${topic}`
}
