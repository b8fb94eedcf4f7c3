import type { Broker } from '../../src/broker/broker.ts'
import { createMemoryBroker } from '../../src/broker/memory.ts'

/** A broker in memory that knows who is subscribed. */
export function createCountingBroker(): Broker & { readonly subscriptions: Map<string, number> } {
  const inner = createMemoryBroker()
  const subscriptions = new Map<string, number>()
  return {
    ...inner,
    subscriptions,
    async subscribe(topic, after, listener) {
      const unsubscribe = await inner.subscribe(topic, after, listener)
      subscriptions.set(topic, (subscriptions.get(topic) ?? 0) + 1)
      let subscribed = true
      return () => {
        if (subscribed) subscriptions.set(topic, (subscriptions.get(topic) ?? 0) - 1)
        subscribed = false
        unsubscribe()
      }
    },
  }
}
