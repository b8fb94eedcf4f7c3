import type { Broker, Entry, Listener } from '../broker/broker.ts'
import { type Assets, renderContext } from '../component/render-context.ts'
import { encodeEvent } from '../sse/event.ts'
import { Connection } from './connection.ts'
import type { Params, StreamDefinition } from './definition.ts'
import { extendWindow } from './extend-window.ts'
import { frameOf } from './frame.ts'
import { InOrder } from './in-order.ts'
import { newestId } from './message.ts'
import { publish } from './publish.ts'
import { type Rendered, renderEntry } from './rendered.ts'
import { runSource } from './source.ts'
import { Window } from './window.ts'

/** What a client's EventSource remembers after `event: end`, so that its reconnect can be refused. */
export const END_ID = 'end'

/** A topic while somebody listens to it: its window, its connections, its source. */
export class Topic implements Listener {
  readonly name: string
  readonly #definition: StreamDefinition
  readonly #params: Params
  readonly #broker: Broker
  readonly #assets: Assets | undefined
  readonly #idle: () => void
  readonly #connections = new Set<Connection>()
  readonly #abort = new AbortController()
  /** Entries are rendered and appended one after the other, since a component may be async. */
  readonly #arriving = new InOrder()
  #window: Promise<Window> | undefined
  #open: Window | undefined
  #unsubscribe: (() => void) | undefined
  #extending: Promise<unknown> = Promise.resolve()
  #starting = 0
  #flush: ReturnType<typeof setImmediate> | undefined
  #lastId: string | undefined
  #sourceEnded: { cursor: string | undefined } | undefined

  /** `idle` is called once nobody listens any more: nothing of the topic is left then. */
  constructor(
    name: string,
    definition: StreamDefinition,
    params: Params,
    broker: Broker,
    idle: () => void,
  ) {
    this.name = name
    this.#definition = definition
    this.#params = params
    this.#broker = broker
    this.#assets = renderContext()?.assets
    this.#idle = idle
  }

  /** Adds a connection that goes on after a cursor: `undefined` from now, `null` from an unknown place. */
  async connect(after: string | null | undefined, retry: number): Promise<Connection> {
    this.#starting++
    try {
      const window = await (this.#window ??= this.#begin(after ?? undefined))
      if (typeof after === 'string') await this.#reachBack(window, after)
      const connection = this.#connectionFrom(window, after, retry)
      this.#connections.add(connection)
      connection.ended.addEventListener('abort', () => this.#left(connection), { once: true })
      this.#endIfDone()
      return connection
    } finally {
      this.#starting--
      this.#leaveIfIdle()
    }
  }

  /** An entry of the broker, in order. */
  next(entry: Entry): void {
    this.#arriving.run(() => {
      const rendered = renderEntry(this.#definition, this.name, entry, this.#assets)
      if (!(rendered instanceof Promise)) return this.#append(entry, rendered)
      return rendered.then((later) => this.#append(entry, later))
    })
  }

  /** The broker lost events, and nobody knows which: every connection is told so. */
  gap(cursor: string): void {
    this.#arriving.run(() => {
      this.#open?.restart(cursor)
      this.#flushSoon()
    })
  }

  /** Ends every connection, with a last block if one is given. */
  close(last?: Uint8Array): void {
    for (const connection of this.#connections) connection.close(last)
  }

  /** Opens the window after the first client's cursor, so that its replay is in it. */
  async #begin(after: string | undefined): Promise<Window> {
    const { retention, run } = this.#definition
    const known = after !== undefined && (await this.#broker.read(this.name, after)) !== undefined
    const log = known && run === undefined ? undefined : await this.#broker.read(this.name)
    const base = known ? after : log?.cursor
    if (base === undefined) throw new Error(`The broker does not know where ${this.name} stands.`)
    if (run !== undefined) this.#lastId = newestId(log?.entries ?? [])
    const most = Math.max(1024, 2 * retention.events)
    const window = new Window(base, most, (one, other) => this.#broker.compare(one, other))
    this.#open = window
    this.#unsubscribe = await this.#broker.subscribe(this.name, base, this)
    await this.#arriving.pending
    if (run !== undefined) void this.#source()
    return window
  }

  /** Makes the window begin at a cursor or before, if the log does: one at a time, or they would undo each other. */
  async #reachBack(window: Window, after: string): Promise<void> {
    // The window may move on between the answer and its use; not again and again, though.
    for (let attempt = 0; attempt < 3 && window.position(after) === undefined; attempt++) {
      if (this.#broker.compare(after, window.base) === undefined) return
      const extended = this.#extending.then(() =>
        extendWindow(window, after, {
          read: () => this.#broker.read(this.name, after),
          compare: (one, other) => this.#broker.compare(one, other),
          render: (entry) => renderEntry(this.#definition, this.name, entry, this.#assets),
          beforePrepend: () =>
            this.#connections.forEach((connection) => connection.giveUpLeftPosition()),
        }),
      )
      this.#extending = Promise.allSettled([extended])
      if (!(await extended)) return
    }
  }

  /** Nothing is awaited here: a position is good until the window moves. */
  #connectionFrom(window: Window, after: string | null | undefined, retry: number): Connection {
    const position = typeof after === 'string' ? window.position(after) : undefined
    if (typeof after === 'string' && position !== undefined)
      return new Connection({ window, position, after, reset: false }, retry)
    const { head } = window
    const start = { window, position: head, after: window.cursor(head), reset: after !== undefined }
    return new Connection(start, retry)
  }

  #append(entry: Entry, rendered: Rendered | undefined): void {
    this.#open?.append(frameOf(entry, rendered))
    if (rendered?.id !== undefined) this.#lastId = rendered.id
    this.#flushSoon()
  }

  /** Once per turn of the event loop: a burst goes out as one chunk. */
  #flushSoon(): void {
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined
      for (const connection of this.#connections) connection.flush()
      this.#endIfDone()
    })
  }

  async #source(): Promise<void> {
    this.#sourceEnded = await runSource({
      definition: this.#definition,
      params: this.#params,
      topic: this.name,
      after: this.#lastId,
      signal: this.#abort.signal,
      publish: async (item) => {
        const cursor = await publish(this.#definition, this.#params, item)
        // Nothing in a log marks the place of an ephemeral event.
        return this.#definition.events[item.event]?.kind === 'ephemeral' ? undefined : cursor
      },
    })
    this.#endIfDone()
  }

  /** When the source has returned and its last event is in the window, the topic ends. */
  #endIfDone(): void {
    if (this.#sourceEnded === undefined || this.#arriving.pending !== undefined) return
    const { cursor } = this.#sourceEnded
    if (cursor !== undefined && this.#open?.hasReached(cursor) === false) return
    const end = encodeEvent({ event: 'end', id: END_ID, data: '' })
    for (const connection of this.#connections) connection.endWith(end)
  }

  #left(connection: Connection): void {
    this.#connections.delete(connection)
    this.#leaveIfIdle()
  }

  #leaveIfIdle(): void {
    if (this.#connections.size > 0 || this.#starting > 0) return
    this.#abort.abort()
    this.#unsubscribe?.()
    clearImmediate(this.#flush)
    this.#idle()
  }
}
