import { Heartbeat } from './heartbeat.ts'
import { type Params, placeOf, type StreamDefinition } from './definition.ts'
import { Topic } from './topic.ts'
import { topicName } from './topic-name.ts'

export interface HubOptions {
  /** Milliseconds between two comments on a quiet connection. */
  readonly heartbeat: number
  /** Milliseconds that a client waits before it reconnects, before the jitter of half to once. */
  readonly retry: number
}

/** The live topics of one app: each exists while somebody is connected to it. */
export class Hub {
  readonly #options: HubOptions
  readonly #topics = new Map<string, Topic>()
  readonly #heartbeat: Heartbeat
  #closed = false

  constructor(options: HubOptions) {
    this.#options = options
    this.#heartbeat = new Heartbeat(options.heartbeat)
  }

  /** Opens a connection to a topic; the signal is the request's. */
  async connect(
    definition: StreamDefinition,
    params: Params,
    after: string | null | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const { broker, pattern } = placeOf(definition)
    if (this.#closed) throw new Error('The server is stopping: it takes no more connections.')
    const name = topicName(pattern, params)
    const topic =
      this.#topics.get(name) ??
      new Topic(name, definition, params, broker, () => this.#topics.delete(name))
    this.#topics.set(name, topic)
    const retry = this.#options.retry * (0.5 + Math.random() / 2)
    const connection = await topic.connect(after, retry)
    this.#heartbeat.add(connection)
    connection.ended.addEventListener('abort', () => this.#heartbeat.remove(connection), {
      once: true,
    })
    signal.addEventListener('abort', () => connection.close(), {
      once: true,
      signal: connection.ended,
    })
    if (signal.aborted || this.#closed) connection.close()
    return connection.body
  }

  /** Ends every connection; clients reconnect by themselves, wherever they find a server. */
  close(): void {
    this.#closed = true
    for (const topic of this.#topics.values()) topic.close()
  }
}
