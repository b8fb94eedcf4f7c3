import type { Broker, Entry, Listener } from '../broker/broker.ts'
import { encodeEvent } from '../sse/event.ts'
import { Connection, type Start } from './connection.ts'
import type { Params, StreamDefinition } from './definition.ts'
import { publish } from './publish.ts'
import { type Rendered, renderEntry } from './rendered.ts'
import { runSource } from './source.ts'
import { type Frame, Window } from './window.ts'

/** What a client's EventSource remembers after `event: end`, so that its reconnect can be refused. */
export const END_ID = 'end'

/** A topic while somebody listens to it: its window, its connections, its source. */
export class Topic implements Listener {
  readonly name: string
  readonly #definition: StreamDefinition
  readonly #params: Params
  readonly #broker: Broker
  readonly #idle: () => void
  readonly #connections = new Set<Connection>()
  readonly #abort = new AbortController()
  #window: Promise<Window> | undefined
  #open: Window | undefined
  #unsubscribe: (() => void) | undefined
  /** Entries are rendered one after the other, since a component may be async. */
  #rendering: Promise<void> | undefined
  #starting = 0
  #flush: ReturnType<typeof setImmediate> | undefined
  #lastId: string | undefined
  #sourceEnded: { cursor: string | undefined } | undefined

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
    this.#idle = idle
  }

  /** Adds a connection that goes on after a cursor: `undefined` from now, `null` from an unknown place. */
  async connect(after: string | null | undefined, retry: number): Promise<Connection> {
    this.#starting++
    try {
      const start = await this.#start(after)
      const connection = new Connection(start, retry)
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
    const rendered = this.#rendering ?? renderEntry(this.#definition, this.name, entry)
    if (!(rendered instanceof Promise)) return this.#append(entry, rendered)
    const rendering = rendered
      .then(() => renderEntry(this.#definition, this.name, entry))
      .then((later) => {
        if (this.#rendering === rendering) this.#rendering = undefined
        this.#append(entry, later)
      })
    this.#rendering = rendering
  }

  /** The broker lost events, and nobody knows which: every connection is told so. */
  gap(cursor: string): void {
    this.#open?.restart(cursor)
    this.#flushSoon()
  }

  /** Ends every connection, with a last block if one is given. */
  close(last?: Uint8Array): void {
    for (const connection of this.#connections) connection.close(last)
  }

  async #start(after: string | null | undefined): Promise<Start> {
    const window = await (this.#window ??= this.#begin(after ?? undefined))
    if (typeof after === 'string') {
      const position = window.position(after) ?? (await this.#extend(window, after))
      if (position !== undefined) return { window, position, after, reset: false }
    }
    const position = window.head
    return { window, position, after: window.cursor(position), reset: after !== undefined }
  }

  /** Opens the window after the first client's cursor, so that its replay is in it. */
  async #begin(after: string | undefined): Promise<Window> {
    const { retention, run } = this.#definition
    const known = after === undefined ? undefined : await this.#broker.read(this.name, after)
    const base = known === undefined ? (await this.#broker.read(this.name))?.cursor : after
    if (base === undefined) throw new Error(`The broker does not know where ${this.name} stands.`)
    const most = Math.max(1024, 2 * retention.events)
    const window = new Window(base, most, (one, other) => this.#broker.compare(one, other))
    this.#open = window
    this.#unsubscribe = await this.#broker.subscribe(this.name, base, this)
    await this.#rendering
    if (run !== undefined) void this.#source()
    return window
  }

  /** Fetches what came between an older cursor and the window; `undefined` when it cannot be had. */
  async #extend(window: Window, after: string): Promise<number | undefined> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const { base } = window
      const backlog = await this.#broker.read(this.name, after)
      if (backlog === undefined) return undefined
      const older: Frame[] = []
      for (const entry of backlog.entries) {
        if ((this.#broker.compare(entry.cursor ?? base, base) ?? 1) > 0) break
        older.push(frameOf(entry, await renderEntry(this.#definition, this.name, entry)))
      }
      // Meanwhile the window may have moved on, or another client may have extended it.
      if (window.base === base) window.prepend(older, after)
      const position = window.position(after)
      if (position !== undefined) return position
    }
    return undefined
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
      publish: (item) => publish(this.#definition, this.#params, item),
    })
    this.#endIfDone()
  }

  /** When the source has returned and its last event is in the window, the topic ends. */
  #endIfDone(): void {
    if (this.#sourceEnded === undefined) return
    const { cursor } = this.#sourceEnded
    const head = this.#open?.cursor(this.#open.head)
    if (cursor !== undefined && (this.#broker.compare(head ?? '', cursor) ?? 0) < 0) return
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

/** An entry that could not be rendered still moves the cursor, by a block without data. */
function frameOf(entry: Entry, rendered: Rendered | undefined): Frame {
  return {
    bytes: rendered?.bytes ?? encodeEvent({ id: entry.cursor }),
    cursor: entry.cursor,
    key: rendered?.delivery.kind === 'latest' ? rendered.event : undefined,
  }
}
