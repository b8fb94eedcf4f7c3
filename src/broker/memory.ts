import type { Backlog, Broker, Entry, Listener, PublishOptions } from './broker.ts'
import { MemoryLog } from './memory-log.ts'

/** Aged events and idle logs are dropped within so many turns of so many milliseconds. */
const SWEEP = { turns: 60, interval: 1000 }

/** How much the logs may take. */
export interface MemoryBrokerOptions {
  /**
   * Characters of message text of all topics together; over it, the topics that were published to the
   * longest ago lose their logs. Default 268,435,456.
   */
  readonly bytes?: number
}

/** Logs in memory. */
export interface MemoryBroker extends Broker {
  /** Forgets all of a topic: whoever listens to it or comes back to it is told of a gap. */
  forget(topic: string): void
}

/**
 * The broker of one process: logs in memory, gone when it ends. The default, and right for
 * development and for one process.
 *
 * A cursor is `epoch.seq`. The epoch tells one life of the broker from the next. The sequence is
 * one for all topics, so that a topic which nobody published to needs no memory at all: of the logs
 * that were dropped, one number says up to where they may have held something.
 */
export function createMemoryBroker({
  bytes = 256 * 1024 * 1024,
}: MemoryBrokerOptions = {}): MemoryBroker {
  const epoch = Date.now().toString(36) + Math.floor(Math.random() * 1296).toString(36)
  /** By the time of the last event, the oldest first. */
  const logs = new Map<string, MemoryLog>()
  let total = 0
  let seq = 0
  let forgotten = 0
  let closed = false

  let unswept = logs.entries()
  /** Logs that are looked at in a turn: what is dropped on the way does not make a pass any longer. */
  let share = 0
  // A part at a time: of a million logs all at once would keep everybody waiting.
  const sweep = setInterval(() => {
    // At least one, of no logs, too: an iterator that stands still keeps what the map held meanwhile.
    share = Math.max(share, 1, Math.ceil(logs.size / SWEEP.turns))
    for (let left = share; left > 0; left--) {
      const { done, value } = unswept.next()
      if (done) {
        unswept = logs.entries()
        share = 0
        return
      }
      const [topic, log] = value
      resized(log, () => log.evict())
      drop(topic, log)
    }
  }, SWEEP.interval)
  sweep.unref()

  /** Does something to a log, and keeps count of what all of them retain. */
  function resized<Result>(log: MemoryLog, change: () => Result): Result {
    const before = log.bytes
    const result = change()
    total += log.bytes - before
    return result
  }

  function append(topic: string, log: MemoryLog, entry: Entry, options: PublishOptions): void {
    resized(log, () => log.append(seq, entry, options))
    logs.delete(topic)
    logs.set(topic, log)
    for (const [oldest, other] of logs) {
      if (total <= bytes || other === log) return
      resized(other, () => other.clear())
      drop(oldest, other)
    }
  }

  function drop(topic: string, log: MemoryLog): void {
    // Not a log that was dropped before: its topic may have another one since.
    if (!log.isIdle || logs.get(topic) !== log) return
    forgotten = Math.max(forgotten, log.evicted)
    logs.delete(topic)
  }

  function open(topic: string): MemoryLog {
    let log = logs.get(topic)
    if (log === undefined) logs.set(topic, (log = new MemoryLog(forgotten)))
    return log
  }

  function parse(cursor: string): number | undefined {
    const dot = cursor.lastIndexOf('.')
    const at = cursor.slice(dot + 1)
    if (cursor.slice(0, dot) !== epoch || !/^\d{1,15}$/.test(at)) return undefined
    return Number(at) > seq ? undefined : Number(at)
  }

  function checkOpen(what: string): void {
    if (closed) throw new Error(`${what}: the broker is closed.`)
  }

  function retained(log: MemoryLog | undefined, after: number): Entry[] {
    return log === undefined ? [] : resized(log, () => log.after(after))
  }

  function backlog(topic: string, after: string | undefined): Backlog | undefined {
    const log = logs.get(topic)
    const cursor = `${epoch}.${seq}`
    if (after === undefined) return { entries: retained(log, -1), cursor }
    const from = parse(after)
    if (from === undefined) return undefined
    const entries = retained(log, from)
    return from < (log?.evicted ?? forgotten) ? undefined : { entries, cursor }
  }

  const broker: MemoryBroker = {
    async publish(topic: string, text: string, options: PublishOptions): Promise<string> {
      checkOpen(`Nothing can be published to ${topic}`)
      const log = options.ephemeral ? logs.get(topic) : open(topic)
      if (!options.ephemeral) seq++
      const cursor = `${epoch}.${seq}`
      const entry: Entry = { cursor: options.ephemeral ? undefined : cursor, text }
      if (!options.ephemeral && log) append(topic, log, entry, options)
      for (const listener of log?.listeners ?? []) listener.next(entry)
      return cursor
    },
    async read(topic: string, after?: string): Promise<Backlog | undefined> {
      checkOpen(`${topic} cannot be read`)
      return backlog(topic, after)
    },
    async subscribe(topic: string, after: string, listener: Listener): Promise<() => void> {
      checkOpen(`${topic} cannot be subscribed to`)
      const log = open(topic)
      const missed = backlog(topic, after)
      if (missed === undefined) listener.gap(`${epoch}.${seq}`)
      for (const entry of missed?.entries ?? []) listener.next(entry)
      log.listeners.add(listener)
      return () => {
        log.listeners.delete(listener)
        drop(topic, log)
      }
    },
    compare(one: string, other: string): number | undefined {
      const [first, second] = [parse(one), parse(other)]
      return first === undefined || second === undefined ? undefined : first - second
    },
    forget(topic: string): void {
      forgotten = ++seq
      const log = logs.get(topic)
      if (log === undefined) return
      resized(log, () => log.clear())
      log.evicted = forgotten
      for (const listener of log.listeners) listener.gap(`${epoch}.${seq}`)
      drop(topic, log)
    },
    async close(): Promise<void> {
      closed = true
      clearInterval(sweep)
      for (const log of logs.values()) log.listeners.clear()
      logs.clear()
    },
  }
  memoryBrokers.add(broker)
  return broker
}

/** Whether a broker's logs are in the memory of this process alone. */
export function isMemoryBroker(broker: Broker): boolean {
  return memoryBrokers.has(broker)
}

const memoryBrokers = new WeakSet<Broker>()
