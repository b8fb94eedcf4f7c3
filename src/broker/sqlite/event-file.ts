import { Database, type Statement } from 'bun:sqlite'
import type { PublishOptions } from '../broker.ts'
import { openEpoch } from './epoch.ts'
import { fileIdentity } from './file-identity.ts'
import { Retainer } from './retainer.ts'
import { prepareSchema } from './schema.ts'
import { failureOf } from './sqlite-failure.ts'
import type { SqliteSettings } from './sqlite-options.ts'

/** An event that is to be appended. */
export interface NewEvent {
  readonly topic: string
  readonly text: string
  readonly options: PublishOptions
}

/** An event as the file has it; somebody who switches SQLite's checks off may have put anything there. */
export interface EventRow {
  readonly seq: number
  readonly topic: unknown
  readonly ephemeral: number
  readonly at: unknown
  readonly text: unknown
}

/** What has come after a place, of all topics. */
export interface Tail {
  readonly rows: readonly EventRow[]
  /** The newest event of the file. */
  readonly head: number
  /** Whether some of what came was deleted before it was asked for. */
  readonly isBroken: boolean
  /** Whether there is more. */
  readonly isCut: boolean
}

/** Events and characters of one look at the tail, which holds the event loop and the memory. */
const TAIL_EVENTS = 512
const TAIL_CHARACTERS = 4 * 1024 * 1024
/** Events that one append deletes at least, besides two for each that it adds: it has to keep pace. */
const PURGED = 16
/** Events that one sweep deletes at most. */
const SWEPT = 1000

/**
 * One connection to a file of events. Every method is synchronous and throws what SQLite says,
 * `SQLITE_BUSY` included: nobody waits for a lock in here.
 */
export class EventFile {
  /** Which life of the sequence this is: part of every cursor. */
  readonly epoch: string
  readonly #database: Database
  readonly #settings: SqliteSettings
  readonly #retainer: Retainer
  readonly #place: string
  readonly #insert: Statement<never, [string, string | null, number, number, string]>
  readonly #retain: Statement<never, [string, number, number, number]>
  readonly #head: Statement<{ seq: number }, []>
  readonly #tail: Statement<EventRow, [number, number]>
  readonly #log: Statement<EventRow, [string, number]>
  readonly #touch: Statement<never, []>

  /** Opens the file, and makes it when there is none. Waits up to `patience` ms for locks, blocking. */
  constructor(settings: SqliteSettings, patience: number) {
    this.#settings = settings
    const database = new Database(settings.path, { create: true, readwrite: true, strict: true })
    this.#database = database
    try {
      database.run(`PRAGMA busy_timeout = ${patience}`)
      prepareSchema(database, settings.path)
      this.epoch = openEpoch(database, settings.synchronous)
      // What the write-ahead log has grown to in a burst is given back.
      database.run('PRAGMA journal_size_limit = 16777216')
      database.run('PRAGMA busy_timeout = 0')
      this.#retainer = new Retainer(database)
      this.#insert = database.prepare(
        'INSERT INTO events (topic, key, ephemeral, at, text) VALUES (?, ?, ?, ?, ?)',
      )
      this.#retain = database.prepare(`
        INSERT INTO topics (topic, events, age, bytes, floor)
        VALUES (?, ?, ?, ?, (SELECT forgotten FROM broker))
        ON CONFLICT DO UPDATE SET events = excluded.events, age = excluded.age, bytes = excluded.bytes, due = 0
        WHERE events <> excluded.events OR age <> excluded.age OR bytes <> excluded.bytes`)
      this.#head = database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`)
      this.#tail = database.prepare(
        'SELECT seq, topic, ephemeral, at, text FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
      )
      this.#log = database.prepare(`
        SELECT events.seq, events.topic, ephemeral, events.at, text FROM log JOIN events USING (seq)
        WHERE log.topic = ? AND log.seq > ? ORDER BY log.seq`)
      this.#touch = database.prepare('UPDATE broker SET forgotten = forgotten')
      this.#place = fileIdentity(settings.path)
      this.#checkWritable()
    } catch (error) {
      database.close(true)
      throw error
    }
  }

  /** Whether the path still leads to this file: SQLite goes on writing to one that was deleted. */
  get isInPlace(): boolean {
    return fileIdentity(this.#settings.path) === this.#place
  }

  /** The newest event's number; 0 before the first. */
  get head(): number {
    return this.#head.get()?.seq ?? 0
  }

  /** Appends events in one transaction; answers their numbers. */
  append(events: readonly NewEvent[], now: number): number[] {
    return this.#write(() => {
      const topics = new Set<string>()
      const seqs = events.map(({ topic, text, options }) => {
        const { retention, key = null, ephemeral = false } = options
        if (!ephemeral) {
          topics.add(topic)
          this.#retain.run(topic, retention.events, retention.age, retention.bytes)
        }
        return Number(this.#insert.run(topic, key, ephemeral ? 1 : 0, now, text).lastInsertRowid)
      })
      for (const topic of topics) this.#retainer.evict(topic, now)
      this.#retainer.purge(now, this.#settings.grace, PURGED + 2 * events.length)
      return seqs
    })
  }

  /** What a topic retains after a place, and the file's newest event; `undefined` when there is a gap between. */
  log(
    topic: string,
    after: number | undefined,
    now: number,
  ): { rows: EventRow[]; head: number } | undefined {
    return this.#read(() => {
      const { head } = this
      const floor = this.#retainer.floor(topic, now)
      if (after !== undefined && (after < floor || after > head)) return undefined
      return { rows: this.#log.all(topic, Math.max(after ?? 0, floor)), head }
    })
  }

  /** What has come after a place; `undefined` when nothing has. */
  tail(after: number): Tail | undefined {
    // Looked at often, mostly for nothing: 2 us, and five times that with the rest.
    if (this.head === after) return undefined
    return this.#read(() => {
      const rows: EventRow[] = []
      let characters = 0
      for (const row of this.#tail.iterate(after, TAIL_EVENTS)) {
        rows.push(row)
        if (typeof row.text === 'string') characters += row.text.length
        if (characters > TAIL_CHARACTERS) break
      }
      const { head } = this
      const isCut = rows.length === TAIL_EVENTS || characters > TAIL_CHARACTERS
      // Numbers are given without holes: a transaction that is undone gives its own back.
      const last = isCut ? (rows.at(-1)?.seq ?? head) : head
      return { rows, head, isCut, isBroken: rows.length !== last - after }
    })
  }

  /** Which topics have lost something after their place. */
  lost(places: Iterable<readonly [topic: string, after: number]>, now: number): Set<string> {
    return this.#read(() => {
      const lost = new Set<string>()
      for (const [topic, after] of places) {
        if (this.#retainer.floor(topic, now) > after) lost.add(topic)
      }
      return lost
    })
  }

  /** Takes out what no longer has to be in the file; only a part of it, if that is much. Whether there was any. */
  sweep(now: number): boolean {
    const { grace } = this.#settings
    if (!this.#retainer.isDue(now, grace)) return false
    this.#write(() => {
      this.#retainer.sweep(now)
      this.#retainer.purge(now, grace, SWEPT)
    })
    return true
  }

  /** Takes the write lock for a moment; throws when that cannot be had. */
  probe(): void {
    this.#database.run('BEGIN IMMEDIATE')
    this.#database.run('ROLLBACK')
  }

  /** Writes, and changes nothing; throws when that cannot be done. */
  touch(): void {
    this.#write(() => this.#touch.run())
  }

  close(): void {
    // Without `true` the file stays open, and locked, until every statement is garbage (Bun 1.4.5).
    this.#database.close(true)
  }

  /** A file that is only to be read opens like any other. */
  #checkWritable(): void {
    try {
      this.probe()
    } catch (error) {
      // Locked just now, so somebody can write.
      if (failureOf(error) !== 'busy') throw error
    }
  }

  #read<T>(work: () => T): T {
    return this.#inTransaction('BEGIN', work)
  }

  #write<T>(work: () => T): T {
    return this.#inTransaction('BEGIN IMMEDIATE', work)
  }

  #inTransaction<T>(begin: string, work: () => T): T {
    this.#database.run(begin)
    try {
      const result = work()
      this.#database.run('COMMIT')
      return result
    } catch (error) {
      // Some failures undo the transaction by themselves.
      if (this.#database.inTransaction) this.#database.run('ROLLBACK')
      throw error
    }
  }
}
