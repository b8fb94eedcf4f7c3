import type { Database, Statement } from 'bun:sqlite'

/** What a topic's row says of its log. */
interface TopicRow {
  readonly events: number
  readonly age: number
  readonly bytes: number
  readonly count: number
  readonly size: number
  readonly floor: number
  readonly due: number
}

interface LogRow {
  readonly seq: number
  readonly size: number
  readonly at: number
}

/** Events and topics of one call, at most: it holds the write lock, and the event loop. */
const MOST_EVENTS = 1000
const MOST_TOPICS = 200

/**
 * What is to be retained, and what no longer. Each method runs inside a transaction of the caller;
 * times are in milliseconds since 1970.
 */
export class Retainer {
  readonly #topic: Statement<TopicRow, [string]>
  readonly #oldest: Statement<LogRow, [string]>
  readonly #forgotten: Statement<{ forgotten: number }, []>
  readonly #dropLog: Statement<never, [string, number]>
  readonly #raiseFloor: Statement<never, [number, string]>
  readonly #setDue: Statement<never, [number, string]>
  readonly #forget: Statement<never, [number]>
  readonly #dropTopic: Statement<never, [string]>
  readonly #due: Statement<{ topic: string }, [number, number]>
  readonly #tooLarge: Statement<{ topic: string }, [number]>
  readonly #dead: Statement<{ at: number; seq: number }, [number, number]>
  readonly #bury: Statement<never, [number, number]>
  readonly #drop: Statement<never, [number]>

  constructor(database: Database) {
    this.#topic = database.prepare(
      'SELECT events, age, bytes, count, size, floor, due FROM topics WHERE topic = ?',
    )
    this.#oldest = database.prepare('SELECT seq, size, at FROM log WHERE topic = ? ORDER BY seq')
    this.#forgotten = database.prepare('SELECT forgotten FROM broker')
    this.#dropLog = database.prepare('DELETE FROM log WHERE topic = ? AND seq <= ?')
    this.#raiseFloor = database.prepare('UPDATE topics SET floor = ? WHERE topic = ?')
    this.#setDue = database.prepare('UPDATE topics SET due = ? WHERE topic = ?')
    this.#forget = database.prepare('UPDATE broker SET forgotten = max(forgotten, ?)')
    this.#dropTopic = database.prepare('DELETE FROM topics WHERE topic = ?')
    this.#due = database.prepare('SELECT topic FROM topics WHERE due <= ? ORDER BY due LIMIT ?')
    this.#tooLarge = database.prepare(
      'SELECT topic FROM topics WHERE count > events OR size > bytes LIMIT ?',
    )
    this.#dead = database.prepare('SELECT at, seq FROM dead WHERE at <= ? ORDER BY at LIMIT ?')
    this.#bury = database.prepare('DELETE FROM dead WHERE at = ? AND seq = ?')
    this.#drop = database.prepare('DELETE FROM events WHERE seq = ?')
  }

  /** The newest event that a topic no longer retains by now, or 0: a cursor before it has a gap after it. */
  floor(topic: string, now: number, most = Number.POSITIVE_INFINITY): number {
    const row = this.#topic.get(topic)
    if (row === null) return this.#forgotten.get()?.forgotten ?? 0
    let { count, size, floor } = row
    for (const oldest of this.#oldest.iterate(topic)) {
      if (row.count - count >= most) break
      if (count <= row.events && size <= row.bytes && oldest.at >= now - row.age) break
      floor = oldest.seq
      count--
      size -= oldest.size
    }
    return floor
  }

  /** Takes what its topic no longer retains out of the log; the oldest, if that is much. Answers how many. */
  evict(topic: string, now: number, most = MOST_EVENTS): number {
    const before = this.#topic.get(topic)
    const floor = this.floor(topic, now, most)
    if (before === null || floor <= before.floor) return 0
    this.#dropLog.run(topic, floor)
    this.#raiseFloor.run(floor, topic)
    return before.count - (this.#topic.get(topic)?.count ?? 0)
  }

  /** Whether there is something to sweep. It only reads. */
  isDue(now: number, grace: number): boolean {
    return (
      this.#due.get(now, 1) !== null ||
      this.#tooLarge.get(1) !== null ||
      this.#dead.get(now - grace, 1) !== null
    )
  }

  /**
   * Evicts what has aged, and what others have published beyond the bounds; forgets topics that
   * have long been empty. Only a part of it, if that is much.
   */
  sweep(now: number): void {
    let most = MOST_EVENTS
    for (const { topic } of this.#tooLarge.all(MOST_TOPICS)) {
      if (most > 0) most -= this.evict(topic, now, most)
    }
    for (const { topic } of this.#due.all(now, MOST_TOPICS)) {
      if (most <= 0) return
      most -= this.evict(topic, now, most)
      this.#setNextDue(topic, now)
    }
  }

  /** Deletes events that no log has retained for the grace; at most so many. */
  purge(now: number, grace: number, most: number): void {
    for (const { at, seq } of this.#dead.all(now - grace, most)) {
      this.#bury.run(at, seq)
      this.#drop.run(seq)
    }
  }

  /** When the oldest event has aged; an empty topic is forgotten instead, once it is due again. */
  #setNextDue(topic: string, now: number): void {
    const row = this.#topic.get(topic)
    const oldest = this.#oldest.get(topic)
    if (row === null) return
    if (oldest !== null) {
      this.#setDue.run(oldest.at + row.age + 1, topic)
    } else if (row.due <= now) {
      this.#forget.run(row.floor)
      this.#dropTopic.run(topic)
    }
  }
}
