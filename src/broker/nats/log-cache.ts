import { CachedLog } from './cached-log.ts'
import { pause } from './pause.ts'
import { IncompleteReading, readSubject } from './read-subject.ts'
import { type BadRecord, type NatsRecord, recordsOf } from './record.ts'
import type { Session } from './session.ts'
import { unlessLost } from './unless-lost.ts'

/** Milliseconds before a reading that broke off is begun again. */
const RETRY = 20
/** Bytes that a log and an event take beyond their text: measured with 100,000 empty logs. */
const LOG_WEIGHT = 1500
const EVENT_WEIGHT = 200

/**
 * The logs that were read last, as far as they fit. The feed keeps them up to date while it runs;
 * without it they are continued from where they end.
 */
export class LogCache {
  readonly #logs = new Map<string, CachedLog>()
  readonly #budget: number
  readonly #bad: (subject: string, record: BadRecord) => void
  #weight = 0

  constructor(budget: number, bad: (subject: string, record: BadRecord) => void) {
    this.#budget = budget
    this.#bad = bad
  }

  /** The log of a subject, if it is here. */
  get(subject: string): CachedLog | undefined {
    return this.#logs.get(subject)
  }

  /** A record that the feed has brought. */
  hear(subject: string, record: NatsRecord): void {
    const log = this.#logs.get(subject)
    if (log === undefined) return
    log.hear(record)
    this.#weigh(subject, log)
  }

  /**
   * The log with everything that the stream had when this was asked; `head` is a sequence number
   * that the stream was known to have before. Only the stream's leader answers what the newest
   * record is: replicas may not have it yet.
   */
  async read(
    session: Session,
    subject: string,
    head: number,
    alive: () => boolean,
  ): Promise<CachedLog> {
    for (;;) {
      // In its place before the question: what the feed brings meanwhile is not to miss it.
      const log = this.#touch(subject)
      const had = log.last
      const query = { last_by_subj: subject }
      const message = await session.manager.streams.getMessage(session.stream, query)
      const newest = { seq: message?.seq ?? 0, most: recordsOf(message?.header) }
      // Somebody purged the stream, or it has evicted all there was.
      if (newest.seq < had) {
        this.#drop(subject, log)
        continue
      }
      const proceed = (): Promise<void> => this.#continue(session, subject, log, newest, head)
      log.reading = log.reading.then(proceed, proceed)
      try {
        await log.reading
        return log
      } catch (error) {
        this.#drop(subject, log)
        if (!(error instanceof IncompleteReading) || !alive()) throw error
      }
      await pause(RETRY, session.lost)
    }
  }

  clear(): void {
    this.#logs.clear()
    this.#weight = 0
  }

  async #continue(
    session: Session,
    subject: string,
    log: CachedLog,
    newest: { readonly seq: number; readonly most: number },
    head: number,
  ): Promise<void> {
    const from = log.last + 1
    if (newest.seq >= from) {
      const range = { from, through: newest.seq, most: newest.most }
      const found = await unlessLost(readSubject(session, subject, range), session.lost)
      if (found.from > from) log.evictThrough(found.from - 1)
      for (const record of found.records) {
        if (record.kind === 'bad') this.#bad(subject, record)
        log.add(record)
      }
    }
    log.open(Math.max(head, newest.seq))
    this.#weigh(subject, log)
  }

  /** Makes a log the youngest. */
  #touch(subject: string): CachedLog {
    const log = this.#logs.get(subject) ?? new CachedLog()
    this.#logs.delete(subject)
    this.#logs.set(subject, log)
    return log
  }

  /** A log that is dropped is good for whoever is reading it, but is not kept up to date. */
  #drop(subject: string, log: CachedLog): void {
    if (this.#logs.get(subject) !== log) return
    this.#weight -= log.weight
    this.#logs.delete(subject)
  }

  #weigh(subject: string, log: CachedLog): void {
    if (this.#logs.get(subject) !== log) return
    const weight = LOG_WEIGHT + EVENT_WEIGHT * log.size + log.bytes
    this.#weight += weight - log.weight
    log.weight = weight
    for (const [oldest, its] of this.#logs) {
      if (this.#weight <= this.#budget) return
      this.#drop(oldest, its)
    }
  }
}
