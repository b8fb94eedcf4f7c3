import { AsyncLocalStorage } from 'node:async_hooks'
import { type Params, placeOf, type StreamDefinition } from './definition.ts'
import { newestId } from './message.ts'
import { publish } from './publish.ts'
import { runSource } from './source.ts'
import type { Topic } from './topic.ts'

export interface TopicSourceOptions {
  readonly definition: StreamDefinition
  readonly params: Params
  /** The topic's. */
  readonly name: string
  readonly previous: TopicSource | undefined
  readonly onEnd: () => void
}

/** A source is everybody's: it must not run in the context of the visitor who happened to be first. */
const OUTSIDE = AsyncLocalStorage.snapshot()

/** The source of one topic: it runs while somebody listens, once, whatever the variants. */
export class TopicSource {
  readonly #definition: StreamDefinition
  readonly #params: Params
  readonly #name: string
  readonly #previous: Promise<void> | undefined
  readonly #onEnd: () => void
  readonly #listeners = new Set<Topic>()
  readonly #abort = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #ended: { readonly cursor: string | undefined } | undefined

  /**
   * Starts only when the previous one of the topic has ended: an event of that may be on its way to
   * the log, and would be yielded again. `onEnd` is called when this one has.
   */
  constructor({ definition, params, name, previous, onEnd }: TopicSourceOptions) {
    this.#definition = definition
    this.#params = params
    this.#name = name
    this.#previous = previous?.ended
    this.#onEnd = onEnd
  }

  /** Resolves when nothing of it is under way any more. */
  get ended(): Promise<void> {
    return this.#running
  }

  /** Whether nobody listens any more: it has been told to stop, and does not start again. */
  get isOver(): boolean {
    return this.#abort.signal.aborted
  }

  /** Adds a listener that hears the broker already; the first one starts the source. */
  join(topic: Topic): void {
    if (this.#listeners.size === 0) this.#running = OUTSIDE(() => this.#run())
    this.#listeners.add(topic)
    if (this.#ended !== undefined) topic.endAfter(this.#ended.cursor)
  }

  /** Removes a listener; the last one stops the source. */
  leave(topic: Topic): void {
    if (!this.#listeners.delete(topic) || this.#listeners.size > 0) return
    this.#abort.abort()
    void this.#running.then(this.#onEnd)
  }

  async #run(): Promise<void> {
    if (this.#previous !== undefined) await this.#previous
    const { broker } = placeOf(this.#definition)
    /** The newest event that was there before this run: a listener may have yet to hear it. */
    let newest: string | undefined
    const ended = await runSource({
      definition: this.#definition,
      params: this.#params,
      topic: this.#name,
      lastId: async () => {
        const entries = (await broker.read(this.#name))?.entries ?? []
        newest = entries.at(-1)?.cursor
        return newestId(entries)
      },
      signal: this.#abort.signal,
      publish: async (item) => {
        const cursor = await publish(this.#definition, this.#params, item, broker)
        // Nothing in a log marks the place of an ephemeral event.
        return this.#definition.events[item.event]?.kind === 'ephemeral' ? undefined : cursor
      },
    })
    if (ended === undefined) return
    this.#ended = { cursor: ended.cursor ?? newest }
    for (const topic of this.#listeners) topic.endAfter(this.#ended.cursor)
  }
}
