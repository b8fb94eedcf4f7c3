import type { Broker } from '../broker/broker.ts'
import { encodeEvent } from '../sse/event.ts'
import type { Connection } from './connection.ts'
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

  /**
   * Opens a connection to a topic; the signal is the request's.
   *
   * While that cannot be had, it is one that ends at once: an EventSource comes back from that with
   * its last id, but gives up for good on any status other than 200 (HTML standard, 9.2.3).
   */
  async connect(
    definition: StreamDefinition,
    params: Params,
    after: string | null | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const { broker, pattern } = placeOf(definition)
    const name = topicName(pattern, params)
    const retry = this.#options.retry * (0.5 + Math.random() / 2)
    if (this.#closed) return comeBack(retry)
    const topic = this.#topics.get(name) ?? this.#open(name, definition, params, broker)
    try {
      const connection = await topic.connect(after, retry)
      this.#tend(connection, signal)
      return connection.body
    } catch (error) {
      console.error(`${name} cannot be listened to now; a client is told to come back.\n`, error)
      return comeBack(retry)
    }
  }

  /** Ends every connection; clients reconnect by themselves, wherever they find a server. */
  close(): void {
    this.#closed = true
    for (const topic of this.#topics.values()) topic.close()
  }

  /** Heartbeats, and the end with the request's or the server's. */
  #tend(connection: Connection, signal: AbortSignal): void {
    const { ended } = connection
    if (ended.aborted) return
    this.#heartbeat.add(connection)
    ended.addEventListener('abort', () => this.#heartbeat.remove(connection), { once: true })
    signal.addEventListener('abort', () => connection.close(), { once: true, signal: ended })
    if (signal.aborted || this.#closed) connection.close()
  }

  #open(name: string, definition: StreamDefinition, params: Params, broker: Broker): Topic {
    const topic = new Topic(name, definition, params, broker, () => {
      // Another one may have taken its place since.
      if (this.#topics.get(name) === topic) this.#topics.delete(name)
    })
    this.#topics.set(name, topic)
    return topic
  }
}

function comeBack(retry: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encodeEvent({ retry }))
      controller.close()
    },
  })
}
