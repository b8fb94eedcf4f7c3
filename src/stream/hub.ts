import { encodeEvent } from '../sse/event.ts'
import { Admission, type Admitted, type ConnectionLimits, type Visitor } from './admission.ts'
import { deniedBlock, topicBlock } from './blocks.ts'
import { joinBytes } from './chunk.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import type { Params, StreamDefinition } from './definition.ts'
import { Heartbeat } from './heartbeat.ts'
import { type Opened, Topic } from './topic.ts'
import { topicOf } from './topic-name.ts'
import { TopicSource } from './topic-source.ts'

export interface HubOptions {
  /** Milliseconds between two comments on a quiet connection. */
  readonly heartbeat: number
  /** Milliseconds that a client waits before it reconnects, before the jitter of half to once. */
  readonly retry: number
  /** Milliseconds after which a connection whose client takes nothing is cut off. */
  readonly stallTimeout: number
  /** Milliseconds after which a connection is rotated, before the jitter of three quarters to once. */
  readonly maxAge: number
  readonly limits: ConnectionLimits
}

/** A topic that a client may have, and where it goes on: after a cursor, from now, or `null`: from an unknown place. */
export interface Wanted {
  readonly definition: StreamDefinition
  readonly params: Params
  readonly variant: string
  readonly after: string | null | undefined
  /** When the permission runs out, in milliseconds since 1970. */
  readonly until: number | undefined
  /** What the client calls the topic, where its name has to go before each chunk. */
  readonly alias?: string
}

/** What a connection is opened for. */
export interface Opening {
  readonly wanted: readonly Wanted[]
  /** Blocks for those topics that the client cannot have. */
  readonly refused: readonly Uint8Array[]
  /** The request's. */
  readonly signal: AbortSignal
  /** Called once, when the connection is over, or could not be had. */
  readonly release: () => void
}

/** The wait of clients that were turned away, in milliseconds: from the shortest to the longest. */
const SHED_RETRY = { shortest: 10_000, longest: 30_000 }
/** How many variants of one topic there may be at a time. */
const MOST_VARIANTS = 64
/** Between two reports that topics cannot be listened to, in milliseconds. */
const QUIET = 1000
/** Between two groups of connections that are ended while draining, in milliseconds. */
const SLICE = 50
/** No need to go slower than this, in milliseconds for each connection. */
const DRAIN_PACE = 5

/** The live topics of one app: each exists while somebody is connected to it. */
export class Hub {
  readonly #options: HubOptions
  readonly #admission: Admission
  /** By name, then by variant. */
  readonly #topics = new Map<string, Map<string, Topic>>()
  readonly #sources = new Map<string, TopicSource>()
  readonly #heartbeat: Heartbeat
  readonly #connectionOptions: ConnectionOptions
  #closed = false
  /** Failures to connect that were not logged, and until when none is. */
  #unreported = 0
  #quietUntil = 0

  constructor(options: HubOptions) {
    this.#options = options
    this.#admission = new Admission(options.limits)
    this.#heartbeat = new Heartbeat(options.heartbeat)
    this.#connectionOptions = {
      stallTimeout: options.stallTimeout,
      onEnd: (connection) => this.#heartbeat.remove(connection),
    }
  }

  /** Open connections, whatever they listen to. */
  get connections(): number {
    return this.#heartbeat.size
  }

  /** Whether it takes no new connections any more. */
  get isClosed(): boolean {
    return this.#closed
  }

  /** Counts a visitor in; or answers what turns it away. */
  admit(visitor: Visitor): Admitted | ReadableStream<Uint8Array> {
    const { shortest, longest } = SHED_RETRY
    return (
      this.#admission.admit(visitor) ?? comeBack(shortest + Math.random() * (longest - shortest))
    )
  }

  /**
   * Opens a connection.
   *
   * While that cannot be had, it is one that ends at once: an EventSource comes back from that with
   * its last id, but gives up for good on any status other than 200 (HTML standard, 9.2.3).
   */
  async connect(opening: Opening): Promise<ReadableStream<Uint8Array>> {
    const { wanted, refused, release } = opening
    if (this.#closed) {
      release()
      return this.comeBack()
    }
    const opened = await Promise.allSettled(wanted.map((one) => this.#read(one)))
    const read = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const failed = opened.find((one) => one.status === 'rejected')
    if (failed !== undefined) this.#report(wanted, failed.reason)
    if (read.length === 0) {
      release()
      return this.comeBack()
    }
    // One that cannot be had now must not keep the others from their client.
    const lost = wanted.filter((_, at) => opened[at]?.status === 'rejected')
    const blocks = lost.map(({ alias = '' }) => joinBytes([topicBlock(alias), deniedBlock(503)]))
    return this.#open(read, [...refused, ...blocks], opening)
  }

  /** An answer that ends at once; the client comes back after the usual time. */
  comeBack(): ReadableStream<Uint8Array> {
    return comeBack(this.#retry())
  }

  /** When this process had the oldest event that some connection is still to be sent, by stream. */
  *waiting(): Iterable<readonly [definition: StreamDefinition, since: number]> {
    for (const variants of this.#topics.values()) {
      for (const { definition, waitingSince } of variants.values()) {
        if (waitingSince !== undefined) yield [definition, waitingSince]
      }
    }
  }

  /**
   * Takes no new connections, and ends the others evenly over a window of at most so many
   * milliseconds; each client is told to come back soon, wherever it finds a server.
   */
  async drain(window: number): Promise<void> {
    this.#closed = true
    const connections = [...this.#heartbeat.connections()]
    const end = performance.now() + Math.min(window, connections.length * DRAIN_PACE)
    while (connections.length > 0) {
      const slices = Math.max(1, Math.ceil((end - performance.now()) / SLICE))
      for (const one of connections.splice(0, Math.ceil(connections.length / slices)))
        one.rotate(this.#options.retry)
      if (connections.length > 0) await Bun.sleep(SLICE)
    }
    this.close()
  }

  /** Ends every connection; clients reconnect by themselves, wherever they find a server. */
  close(): void {
    this.#closed = true
    for (const connection of this.#heartbeat.connections()) connection.close()
  }

  /** Not for each client: while a broker is away, all of them come back every few seconds. */
  #report(wanted: readonly Wanted[], error: unknown): void {
    this.#unreported++
    if (performance.now() < this.#quietUntil) return
    const topics = wanted.map(nameOf).join(', ')
    const others = this.#unreported > 1 ? ` (and ${this.#unreported - 1} others before it)` : ''
    console.error(
      `${topics} cannot be listened to now; a client${others} is told to come back.\n`,
      error,
    )
    this.#quietUntil = performance.now() + QUIET
    this.#unreported = 0
  }

  async #read(wanted: Wanted): Promise<Opened> {
    const { after, until, alias } = wanted
    const topic = this.#topic(nameOf(wanted), wanted)
    const opened = await topic.read(after, alias)
    if (until !== undefined) opened.reader.expireAt(until)
    return opened
  }

  #open(
    read: readonly Opened[],
    refused: readonly Uint8Array[],
    { signal, release }: Opening,
  ): ReadableStream<Uint8Array> {
    // The line is the first of whatever block comes next.
    const retry = encoder.encode(`retry: ${this.#retry()}\n`)
    const connection = new Connection(
      {
        readers: read.map(({ reader }) => reader),
        hello: [retry, ...read.map(({ hello }) => hello), ...refused],
        endsAt: performance.now() + this.#options.maxAge * (0.75 + Math.random() / 4),
        release,
      },
      this.#connectionOptions,
    )
    this.#heartbeat.add(connection)
    signal.addEventListener('abort', () => connection.close(), { once: true })
    if (signal.aborted || this.#closed) connection.close()
    return connection.body
  }

  #topic(name: string, { definition, params, variant }: Wanted): Topic {
    const variants = this.#topics.get(name) ?? new Map<string, Topic>()
    const known = variants.get(variant)
    if (known !== undefined) return known
    if (variants.size >= MOST_VARIANTS) {
      throw new Error(`${name} varies too much.

Expected: at most ${MOST_VARIANTS} different answers of vary at a time
Got: one more, ${JSON.stringify(variant)}`)
    }
    const topic = new Topic({
      name,
      definition,
      variant,
      source: definition.run && (() => this.#source(name, definition, params)),
      onIdle: () => {
        // Another one may have taken its place since.
        if (variants.get(variant) === topic) variants.delete(variant)
        if (variants.size === 0 && this.#topics.get(name) === variants) this.#topics.delete(name)
      },
    })
    variants.set(variant, topic)
    this.#topics.set(name, variants)
    return topic
  }

  #source(name: string, definition: StreamDefinition, params: Params): TopicSource {
    const running = this.#sources.get(name)
    if (running?.isOver === false) return running
    const source = new TopicSource({
      definition,
      params,
      name,
      previous: running,
      onEnd: () => {
        if (this.#sources.get(name) === source) this.#sources.delete(name)
      },
    })
    this.#sources.set(name, source)
    return source
  }

  #retry(): number {
    return Math.round(this.#options.retry * (0.5 + Math.random() / 2))
  }
}

const encoder = new TextEncoder()

function nameOf({ definition, params }: Wanted): string {
  return topicOf(definition, params)
}

function comeBack(retry: number): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encodeEvent({ retry }))
      controller.close()
    },
  })
}
