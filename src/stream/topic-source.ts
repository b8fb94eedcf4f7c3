import { type Params, placeOf, type StreamDefinition } from './definition.ts'
import { newestId } from './message.ts'
import { publish } from './publish.ts'
import { runSource } from './source.ts'
import type { Topic } from './topic.ts'

/** The source of one topic: it runs while somebody listens, once, whatever the variants. */
export class TopicSource {
  readonly #definition: StreamDefinition
  readonly #params: Params
  readonly #name: string
  readonly #onIdle: () => void
  readonly #listeners = new Set<Topic>()
  readonly #abort = new AbortController()
  #ended: { readonly cursor: string | undefined } | undefined

  /** `onIdle` is called once nobody listens any more. */
  constructor(definition: StreamDefinition, params: Params, name: string, onIdle: () => void) {
    this.#definition = definition
    this.#params = params
    this.#name = name
    this.#onIdle = onIdle
  }

  /** Whether nobody listens any more: it has been told to stop, and does not start again. */
  get isOver(): boolean {
    return this.#abort.signal.aborted
  }

  /** Adds a listener that hears the broker already; the first one starts the source. */
  join(topic: Topic): void {
    if (this.#listeners.size === 0) void this.#run()
    this.#listeners.add(topic)
    if (this.#ended !== undefined) topic.endAfter(this.#ended.cursor)
  }

  /** Removes a listener; the last one stops the source. */
  leave(topic: Topic): void {
    if (!this.#listeners.delete(topic) || this.#listeners.size > 0) return
    this.#abort.abort()
    this.#onIdle()
  }

  async #run(): Promise<void> {
    const { broker } = placeOf(this.#definition)
    this.#ended = await runSource({
      definition: this.#definition,
      params: this.#params,
      topic: this.#name,
      lastId: async () => newestId((await broker.read(this.#name))?.entries ?? []),
      signal: this.#abort.signal,
      publish: async (item) => {
        const cursor = await publish(this.#definition, this.#params, item)
        // Nothing in a log marks the place of an ephemeral event.
        return this.#definition.events[item.event]?.kind === 'ephemeral' ? undefined : cursor
      },
    })
    if (this.#ended === undefined) return
    for (const topic of this.#listeners) topic.endAfter(this.#ended.cursor)
  }
}
