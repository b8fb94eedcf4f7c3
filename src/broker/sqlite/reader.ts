import type { Listener } from '../broker.ts'
import { formatCursor, type Place } from './cursor.ts'
import type { EventRow, Tail } from './event-file.ts'
import type { FileLink } from './file-link.ts'
import { RecordLog } from './record-log.ts'
import { failureOf } from './sqlite-failure.ts'
import { Wake } from './wake.ts'

interface Subscription {
  readonly listener: Listener
  /** The newest event of the topic that it has heard, or does not want to hear. */
  after: number
}

/**
 * Reads what comes, once for the whole process, and calls who listens to its topic.
 *
 * While nobody listens nothing is watched or read. Each subscription knows its own place, so it does
 * no harm to read something twice.
 */
export class Reader {
  readonly bad: RecordLog
  /** Milliseconds from the newest event's entry into the file until it was heard. */
  lag: number | undefined
  readonly #link: FileLink
  readonly #wake: Wake
  readonly #topics = new Map<string, Set<Subscription>>()
  #epoch = ''
  #generation = 0
  #position = 0
  #isReading = false
  #more: ReturnType<typeof setImmediate> | undefined

  constructor(link: FileLink) {
    this.#link = link
    this.bad = new RecordLog(link.name)
    this.#wake = new Wake(() => this.read())
  }

  /** Calls the listener for every event of the topic after a place, until the answer is called. */
  add(topic: string, { epoch, seq: after }: Place, listener: Listener): () => void {
    const subscription: Subscription = { listener, after }
    const isFirst = this.#topics.size === 0
    const subscriptions = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, subscriptions.add(subscription))
    this.#position = isFirst ? after : Math.min(this.#position, after)
    // Two places of different epochs: the file has just been replaced, and all shall hear of it.
    this.#epoch = isFirst || epoch === this.#epoch ? epoch : 'mixed'
    if (isFirst) this.#watch()
    return () => {
      subscriptions.delete(subscription)
      if (subscriptions.size > 0 || this.#topics.get(topic) !== subscriptions) return
      this.#topics.delete(topic)
      if (this.#topics.size === 0) this.#rest()
    }
  }

  /** Looks for what has come, and calls whom it concerns. Never throws. */
  read(): void {
    // A listener may publish or subscribe; what comes of that is read after what is being read.
    if (this.#topics.size === 0 || this.#link.isClosed || this.#isReading) return
    this.#isReading = true
    try {
      const tail = this.#link.use((file) => file.tail(this.#position))
      if (tail !== undefined) this.#deliver(tail)
      else if (this.#epoch !== this.#link.epoch) this.#replaced(this.#position)
      // Nobody may be left by now.
      if (this.#topics.size > 0 && this.#generation !== this.#link.generation) this.#watch()
    } catch (error) {
      // Locks are short; the next look comes soon.
      if (failureOf(error) !== 'busy') this.#link.failed(error)
    } finally {
      this.#isReading = false
    }
  }

  close(): void {
    this.#topics.clear()
    this.#rest()
    this.bad.close()
  }

  #watch(): void {
    this.#generation = this.#link.generation
    this.#wake.watch(`${this.#link.settings.path}-wal`)
  }

  #rest(): void {
    this.#wake.stop()
    clearImmediate(this.#more)
  }

  #deliver({ rows, head, isBroken, isCut }: Tail): void {
    if (this.#epoch !== this.#link.epoch || head < this.#position) {
      this.#replaced(head)
      return
    }
    if (isBroken) this.#tellGap(this.#lost(), head)
    this.#position = isCut ? (rows.at(-1)?.seq ?? head) : head
    for (const row of rows) this.#call(row)
    if (!isCut) return
    clearImmediate(this.#more)
    this.#more = setImmediate(() => this.read())
  }

  /** Another file has taken the place of the one that was read. */
  #replaced(head: number): void {
    this.#epoch = this.#link.epoch
    this.#position = head
    this.#tellGap(this.#topics.keys(), head)
  }

  /** Events have left the file before they were read here: whose? */
  #lost(): Set<string> {
    const places = [...this.#topics.keys()].map((topic) => [topic, this.#position] as const)
    return this.#link.use((file) => file.lost(places, Date.now()))
  }

  #tellGap(topics: Iterable<string>, head: number): void {
    const cursor = formatCursor({ epoch: this.#link.epoch, seq: head })
    for (const topic of topics) {
      for (const subscription of this.#topics.get(topic) ?? []) {
        subscription.after = head
        this.#guard(topic, () => subscription.listener.gap(cursor))
      }
    }
  }

  #call({ seq, topic, ephemeral, at, text }: EventRow): void {
    if (typeof topic !== 'string' || typeof text !== 'string') {
      this.bad.add(`event ${seq}: its topic is ${describe(topic)}, its text ${describe(text)}`)
      return
    }
    if (typeof at === 'number') this.lag = Math.max(0, Date.now() - at)
    const cursor = ephemeral === 1 ? undefined : formatCursor({ epoch: this.#epoch, seq })
    for (const subscription of this.#topics.get(topic) ?? []) {
      if (seq <= subscription.after) continue
      subscription.after = seq
      this.#guard(topic, () => subscription.listener.next({ cursor, text }))
    }
  }

  /** One listener's error is not the others'. */
  #guard(topic: string, call: () => void): void {
    try {
      call()
    } catch (error) {
      console.error(`A listener of ${topic} threw.\n`, error)
    }
  }
}

function describe(value: unknown): string {
  return value === null ? 'NULL' : value instanceof Uint8Array ? 'a blob' : `a ${typeof value}`
}
