import type { Backlog, Broker, Entry, Listener, PublishOptions } from './broker.ts'
import { createMemoryBroker } from './memory.ts'

/** Milliseconds that a topic is kept up to date after it was read or left: a page may yet connect. */
const LINGER = 60_000

/** A topic that is kept up to date here. */
interface Relayed {
  readonly begun: Promise<void>
  stop: () => void
  listeners: number
  usedAt: number
}

/**
 * The logs of a stream with a source, in a process that shares its broker with others.
 *
 * A source runs in every process, so what it yields stays in the memory of that process, or each
 * would hear the sources of all. What is published elsewhere comes from the shared broker and is
 * put in between, so a topic has one order here. Its cursors are this process's own: a client that
 * comes from another one is told of a gap.
 */
export function createRelay(
  shared: Broker,
  optionsOf: (entry: Entry) => PublishOptions,
  linger = LINGER,
): Broker {
  const memory = createMemoryBroker()
  const topics = new Map<string, Relayed>()
  let closed = false

  const sweep = setInterval(() => {
    for (const [topic, relayed] of topics) {
      if (relayed.listeners === 0 && performance.now() - relayed.usedAt > linger)
        drop(topic, relayed)
    }
  }, linger / 2)
  sweep.unref()

  /** What came before can no longer be told from what comes after. */
  function drop(topic: string, relayed: Relayed): void {
    if (topics.get(topic) !== relayed) return
    topics.delete(topic)
    relayed.stop()
    memory.forget(topic)
  }

  function relay(topic: string): Relayed {
    const known = topics.get(topic)
    if (known !== undefined) return known
    const relayed: Relayed = {
      begun: begin(),
      stop: () => undefined,
      listeners: 0,
      // The sweep must not take what has not begun.
      usedAt: Infinity,
    }
    topics.set(topic, relayed)
    relayed.begun.catch(() => drop(topic, relayed))
    return relayed

    async function begin(): Promise<void> {
      const backlog = await shared.read(topic)
      if (backlog === undefined) throw new Error(`The broker does not know where ${topic} stands.`)
      const isCurrent = (): boolean => topics.get(topic) === relayed
      const put = (entry: Entry): void => {
        if (isCurrent()) void memory.publish(topic, entry.text, optionsOf(entry))
      }
      for (const entry of backlog.entries) put(entry)
      // While the log is read again, what comes has to wait.
      let refilling: Promise<void> | undefined
      const inTurn = (work: () => void | Promise<void>): void => {
        const turn = (refilling ?? Promise.resolve()).then(work)
        refilling = turn
        void turn.then(() => {
          if (refilling === turn) refilling = undefined
        })
      }
      const stop = await shared.subscribe(topic, backlog.cursor, {
        next: (entry) => (refilling === undefined ? put(entry) : inTurn(() => put(entry))),
        gap: (cursor) => inTurn(() => refill(cursor, put)),
      })
      if (isCurrent()) relayed.stop = stop
      else {
        stop()
        throw new Error(`${topic} is not kept up to date here any more.`)
      }
    }

    /** Nobody heard what was lost, but the log has it, for those who are painted anew. */
    async function refill(cursor: string, put: (entry: Entry) => void): Promise<void> {
      const [read] = await Promise.allSettled([shared.read(topic)])
      if (topics.get(topic) !== relayed) return
      // Without it there would be a hole that nobody is told of: whoever comes next begins anew.
      if (read.status === 'rejected' || read.value === undefined) return memory.forget(topic)
      memory.forget(topic)
      for (const entry of read.value.entries)
        if (entry.cursor === undefined || (shared.compare(entry.cursor, cursor) ?? 1) <= 0)
          put(entry)
    }
  }

  async function used(topic: string): Promise<Relayed> {
    if (closed) throw new Error(`${topic} cannot be heard: the broker is closed.`)
    const relayed = relay(topic)
    await relayed.begun
    relayed.usedAt = performance.now()
    return relayed
  }

  return {
    publish: (topic, text, options) => memory.publish(topic, text, options),
    async read(topic: string, after?: string): Promise<Backlog | undefined> {
      await used(topic)
      return memory.read(topic, after)
    },
    async subscribe(topic: string, after: string, listener: Listener): Promise<() => void> {
      const relayed = await used(topic)
      relayed.listeners++
      const unsubscribe = await memory.subscribe(topic, after, listener)
      let isThere = true
      return () => {
        if (!isThere) return
        isThere = false
        unsubscribe()
        relayed.listeners--
        relayed.usedAt = performance.now()
      }
    },
    compare: (one, other) => memory.compare(one, other),
    async close() {
      closed = true
      clearInterval(sweep)
      for (const [topic, relayed] of topics) drop(topic, relayed)
      await memory.close()
    },
  }
}
