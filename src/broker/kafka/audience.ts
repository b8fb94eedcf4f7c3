import type { Entry, Listener } from '../broker.ts'

interface Subscription {
  readonly listener: Listener
  /** What is before this offset it has had. */
  from: number
}

/** Who listens to which topic in this process. */
export class Audience {
  readonly #topics = new Map<string, Set<Subscription>>()

  get topics(): Iterable<string> {
    return this.#topics.keys()
  }

  /** Adds a listener for what is at an offset or after it; the returned function takes it out again. */
  add(topic: string, listener: Listener, from: number): () => void {
    const subscription = { listener, from }
    const all = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, all.add(subscription))
    return () => {
      all.delete(subscription)
      if (all.size === 0 && this.#topics.get(topic) === all) this.#topics.delete(topic)
    }
  }

  /** Gives an event to all who listen to its topic. */
  tell(topic: string, offset: number, entry: Entry): void {
    for (const { listener, from } of this.#topics.get(topic) ?? []) {
      if (offset >= from) safely(topic, () => listener.next(entry))
    }
  }

  /** Tells all who listen to a topic that they have lost events, and go on at an offset. */
  tellGap(topic: string, from: number, cursor: string): void {
    for (const subscription of this.#topics.get(topic) ?? []) {
      subscription.from = from
      safely(topic, () => subscription.listener.gap(cursor))
    }
  }

  clear(): void {
    for (const all of this.#topics.values()) all.clear()
    this.#topics.clear()
  }
}

/** One listener's failure is not another's, nor the log's. */
function safely(topic: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    console.error(`A listener of ${topic} failed.\n`, error)
  }
}
