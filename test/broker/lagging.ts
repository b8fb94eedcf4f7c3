import { setImmediate } from 'node:timers/promises'
import type { Broker, Entry, Listener } from '../../src/broker/broker.ts'
import { createMemoryBroker } from '../../src/broker/memory.ts'

/** A broker behind a network, so to speak. */
export interface LaggingBroker extends Broker {
  /** Makes every listener of a topic lose what is on its way, and tells it so. */
  lose(topic: string): Promise<void>
}

/**
 * A broker that answers, and that delivers in order, but some turns of the event loop later, as
 * one on another machine does. `turns` says how many for an answer, and `delay` for a delivery.
 */
export function createLaggingBroker(turns: () => number, delay = turns): LaggingBroker {
  const inner = createMemoryBroker()
  const losers = new Map<string, Set<(cursor: string) => void>>()
  let closed = false

  async function wait(lag = turns): Promise<void> {
    for (let turn = lag(); turn > 0; turn--) await setImmediate()
  }

  async function subscribe(topic: string, after: string, listener: Listener): Promise<() => void> {
    await wait()
    let active = true
    let line = 0
    let delivery = Promise.resolve()
    const deliver = (call: () => void): void => {
      const mine = line
      delivery = delivery
        .then(() => wait(delay))
        .then(() => {
          if (active && !closed && mine === line) call()
        })
    }
    const unsubscribe = await inner.subscribe(topic, after, {
      next: (entry: Entry) => deliver(() => listener.next(entry)),
      gap: (cursor: string) => deliver(() => listener.gap(cursor)),
    })
    const lose = (cursor: string): void => {
      line++
      deliver(() => listener.gap(cursor))
    }
    const all = losers.get(topic) ?? new Set()
    losers.set(topic, all.add(lose))
    await wait()
    return () => {
      active = false
      all.delete(lose)
      unsubscribe()
    }
  }

  return {
    async publish(topic, text, options) {
      await wait()
      const cursor = await inner.publish(topic, text, options)
      await wait()
      return cursor
    },
    async read(topic, after) {
      await wait()
      const backlog = await inner.read(topic, after)
      await wait()
      return backlog
    },
    subscribe,
    compare: (one, other) => inner.compare(one, other),
    async lose(topic) {
      const cursor = (await inner.read(topic))?.cursor ?? ''
      for (const lose of losers.get(topic) ?? []) lose(cursor)
    },
    async close() {
      closed = true
      await inner.close()
    },
  }
}
