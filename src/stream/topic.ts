import type { Broker, Entry, Listener } from '../broker/broker.ts'
import { type Assets, renderContext } from '../component/render-context.ts'
import { END, topicBlock } from './blocks.ts'
import { placeOf, type StreamDefinition } from './definition.ts'
import { extendWindow } from './extend-window.ts'
import { frameOf } from './frame.ts'
import { InOrder } from './in-order.ts'
import { Reader, type ReaderOptions, type Start } from './reader.ts'
import { type Rendered, renderEntry, type Scope } from './rendered.ts'
import type { StreamStats } from './stats.ts'
import type { TopicSource } from './topic-source.ts'
import { Window } from './window.ts'

/** The fewest frames and bytes that a window may hold before it lets go of the oldest. */
const LEAST = { frames: 1024, bytes: 4 * 1024 * 1024 }

export interface TopicOptions {
  readonly name: string
  readonly definition: StreamDefinition
  /** For whom it is rendered: what `vary` answered. */
  readonly variant: string
  /** What its events come from, while it is listened to; absent on a stream without one. */
  readonly source: (() => TopicSource) | undefined
  /** Called once nobody listens any more: nothing of the topic is left then. */
  readonly onIdle: (topic: Topic) => void
}

/** A reader, and the first words to its client. */
export interface Opened {
  readonly reader: Reader
  readonly hello: Uint8Array
}

/** A topic, for one variant, while somebody listens to it: its window and its readers. */
export class Topic implements Listener {
  readonly name: string
  readonly #options: TopicOptions
  readonly #definition: StreamDefinition
  readonly #broker: Broker
  readonly #stats: StreamStats
  readonly #scope: Scope
  readonly #unnamed: ReaderOptions
  readonly #readers = new Set<Reader>()
  /** Entries are rendered and appended one after the other, since a component may be async. */
  readonly #arriving = new InOrder()
  #window: Promise<Window> | undefined
  #open: Window | undefined
  #unsubscribe: (() => void) | undefined
  #extending: Promise<unknown> = Promise.resolve()
  #starting = 0
  #flush: ReturnType<typeof setImmediate> | undefined
  #source: TopicSource | undefined
  #named: ReaderOptions | undefined
  #sourceEnded: { readonly cursor: string | undefined } | undefined

  constructor(options: TopicOptions) {
    const { broker, stats } = placeOf(options.definition)
    const assets: Assets | undefined = renderContext()?.assets
    this.name = options.name
    this.#options = options
    this.#definition = options.definition
    this.#broker = broker
    this.#stats = stats
    const onLeave = (reader: Reader): void => this.#left(reader)
    this.#unnamed = { stats, name: undefined, sharesName: false, onLeave }
    this.#scope = { topic: options.name, assets, variant: options.variant }
  }

  /**
   * Adds a reader that goes on after a cursor: `undefined` from now, `null` from an unknown place.
   * `alias` is what its client calls the topic, on a connection that has several.
   */
  async read(after: string | null | undefined, alias: string | undefined): Promise<Opened> {
    this.#starting++
    try {
      const window = await (this.#window ??= this.#begin(after ?? undefined))
      if (typeof after === 'string') await this.#reachBack(window, after)
      const start = startOf(window, after)
      const reader = new Reader(start, this.#readerOptions(alias))
      this.#readers.add(reader)
      this.#stats.connections++
      this.#endIfDone()
      return { reader, hello: reader.hello(start) }
    } finally {
      this.#starting--
      this.#leaveIfIdle()
    }
  }

  get definition(): StreamDefinition {
    return this.#definition
  }

  /** When this process had the oldest event that some reader is still to be given. */
  get waitingSince(): number | undefined {
    let oldest: number | undefined
    for (const { waitingSince } of this.#readers) {
      if (waitingSince !== undefined) oldest = Math.min(oldest ?? Infinity, waitingSince)
    }
    return oldest
  }

  /** An entry of the broker, in order. */
  next(entry: Entry): void {
    const at = performance.now()
    this.#arriving.run(() => {
      const rendered = renderEntry(this.#definition, entry, this.#scope)
      if (!(rendered instanceof Promise)) return this.#append(entry, rendered, at)
      return rendered.then((later) => this.#append(entry, later, at))
    })
  }

  /** The broker lost events, and nobody knows which: every reader is told so. */
  gap(cursor: string): void {
    this.#arriving.run(() => {
      this.#open?.restart(cursor)
      this.#flushSoon()
    })
  }

  /** The source has returned: once its last event, at the cursor, has come, the topic is over. */
  endAfter(cursor: string | undefined): void {
    this.#sourceEnded = { cursor }
    this.#endIfDone()
  }

  /** Opens the window after the first client's cursor, so that its replay is in it. */
  async #begin(after: string | undefined): Promise<Window> {
    const { retention } = this.#definition
    const known = after !== undefined && (await this.#broker.read(this.name, after)) !== undefined
    const base = known ? after : (await this.#broker.read(this.name))?.cursor
    if (base === undefined) throw new Error(`The broker does not know where ${this.name} stands.`)
    const bounds = {
      frames: Math.max(LEAST.frames, 2 * retention.events),
      bytes: Math.max(LEAST.bytes, 4 * retention.bytes),
    }
    const window = new Window(base, bounds, (one, other) => this.#broker.compare(one, other))
    this.#open = window
    this.#unsubscribe = await this.#broker.subscribe(this.name, base, this)
    await this.#arriving.pending
    this.#source = this.#options.source?.()
    this.#source?.join(this)
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
          render: (entry) => renderEntry(this.#definition, entry, this.#scope),
          beforePrepend: () => this.#readers.forEach((reader) => reader.giveUpLeftPosition()),
        }),
      )
      this.#extending = Promise.allSettled([extended])
      if (!(await extended)) return
    }
  }

  /** The same for all readers that call the topic the same: an idle connection has to be small. */
  #readerOptions(alias: string | undefined): ReaderOptions {
    if (alias === undefined) return this.#unnamed
    if (alias !== this.name) return { ...this.#unnamed, name: topicBlock(alias) }
    return (this.#named ??= { ...this.#unnamed, name: topicBlock(alias), sharesName: true })
  }

  #append(entry: Entry, rendered: Rendered | undefined, at: number): void {
    this.#open?.append(frameOf(entry, rendered, at))
    this.#flushSoon()
  }

  /** Once per turn of the event loop: a burst goes out as one chunk. */
  #flushSoon(): void {
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined
      for (const reader of this.#readers) reader.connection?.flush(reader)
      this.#endIfDone()
    })
  }

  /** When the source has returned and its last event is in the window, the topic ends. */
  #endIfDone(): void {
    if (this.#sourceEnded === undefined || this.#arriving.pending !== undefined) return
    const { cursor } = this.#sourceEnded
    if (cursor !== undefined && this.#open?.hasReached(cursor) === false) return
    for (const reader of this.#readers) reader.endWith(END)
  }

  #left(reader: Reader): void {
    if (this.#readers.delete(reader)) this.#stats.connections--
    this.#leaveIfIdle()
  }

  #leaveIfIdle(): void {
    if (this.#readers.size > 0 || this.#starting > 0) return
    this.#source?.leave(this)
    this.#unsubscribe?.()
    clearImmediate(this.#flush)
    this.#options.onIdle(this)
  }
}

/** Nothing is awaited between this and the reader: a position is good until the window moves. */
function startOf(window: Window, after: string | null | undefined): Start {
  const position = typeof after === 'string' ? window.position(after) : undefined
  if (typeof after === 'string' && position !== undefined)
    return { window, position, after, reset: false }
  const { head } = window
  return { window, position: head, after: window.cursor(head), reset: after !== undefined }
}
