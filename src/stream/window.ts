import { type Chunk, gatherChunk } from './chunk.ts'
import type { Frame } from './frame.ts'

/** The order of two cursors, as the broker tells it. */
export type Compare = (one: string, other: string) => number | undefined

/** How much a window holds for connections that lag, and for those that come back. */
export interface WindowBounds {
  readonly frames: number
  /** Of encoded events. */
  readonly bytes: number
}

/**
 * The newest frames of a topic in this process, by position.
 *
 * A position counts frames from an arbitrary zero; a connection is one such number.
 */
export class Window {
  #frames: Frame[] = []
  /** The cursor after each frame; after an ephemeral one, that of the frame before it. */
  #cursors: string[] = []
  #start = 0
  /** From this position on, nothing was evicted but ephemeral frames. */
  #floor = 0
  #bytes = 0
  #base: string
  readonly #bounds: WindowBounds
  readonly #compare: Compare
  readonly #newest = new Map<string, number>()
  /** The position after the newest ephemeral frame. */
  #ephemeral = -Infinity
  readonly #chunks = new Map<number, Chunk>()

  /** An empty window after the cursor `base`. */
  constructor(base: string, bounds: WindowBounds, compare: Compare) {
    this.#base = base
    this.#bounds = bounds
    this.#compare = compare
  }

  /** Where a reader at a position goes on; `undefined` when it has lost events that are not ephemeral. */
  resume(position: number): number | undefined {
    return position < this.#floor ? undefined : Math.max(position, this.#start)
  }

  /** The position after the newest frame. */
  get head(): number {
    return this.#start + this.#frames.length
  }

  /** The cursor before the oldest frame. */
  get base(): string {
    return this.#base
  }

  /** The cursor at a position that is in the window. */
  cursor(position: number): string {
    return this.#cursors[position - this.#start - 1] ?? this.#base
  }

  /**
   * The position after the newest event up to a cursor; `undefined` when that is not in the window.
   * Ephemeral frames that follow are after it: no cursor says that somebody has had them.
   */
  position(cursor: string): number | undefined {
    const fromBase = this.#compare(cursor, this.#base)
    if (fromBase === undefined || fromBase < 0) return undefined
    let low = 0
    let high = this.#cursors.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#compare(this.#cursors[middle] ?? '', cursor) ?? 1) <= 0) low = middle + 1
      else high = middle
    }
    while (low > 0 && this.#frames[low - 1]?.cursor === undefined) low--
    return this.#start + low
  }

  /** Whether everything up to a cursor has come. */
  hasReached(cursor: string): boolean {
    return (this.#compare(this.cursor(this.head), cursor) ?? 0) >= 0
  }

  append(frame: Frame): void {
    this.#cursors.push(frame.cursor ?? this.cursor(this.head))
    this.#frames.push(frame)
    this.#bytes += frame.bytes.byteLength
    if (frame.key !== undefined) this.#newest.set(frame.key, this.head)
    if (frame.cursor === undefined) this.#ephemeral = this.head
    this.#chunks.clear()
    while (this.#frames.length > 1 && this.#isTooLarge) this.#evict()
  }

  /**
   * Puts older frames before the oldest one; `base` is the cursor before the first of them.
   *
   * They take the positions of frames that were evicted: a reader that is still there has to
   * `resume` before.
   */
  prepend(frames: readonly Frame[], base: string): void {
    this.#frames = [...frames, ...this.#frames]
    this.#cursors = [...frames.map(({ cursor }) => cursor ?? base), ...this.#cursors]
    this.#start -= frames.length
    this.#floor = this.#start
    this.#base = base
    this.#chunks.clear()
    for (const [index, { bytes, key }] of [...frames.entries()].toReversed()) {
      this.#bytes += bytes.byteLength
      if (key !== undefined && !this.#newest.has(key))
        this.#newest.set(key, this.#start + index + 1)
    }
  }

  /** Forgets everything: there is a hole before `base`, and no position reaches across it. */
  restart(base: string): void {
    this.#start = this.head + 1
    this.#floor = this.#start
    this.#frames = []
    this.#cursors = []
    this.#bytes = 0
    this.#base = base
    this.#newest.clear()
    this.#chunks.clear()
  }

  /**
   * The frames from a position on, as many as one chunk holds; `undefined` at the head, `'gap'`
   * where some are lost. Ephemeral frames before `liveFrom` are left out: they are not replayed.
   */
  chunk(position: number, liveFrom: number): Chunk | 'gap' | undefined {
    const from = this.resume(position)
    if (from === undefined) return 'gap'
    if (from >= this.head) return undefined
    // Without an ephemeral frame on the way, those who come back read what everybody reads.
    const replay = from < liveFrom && from < this.#ephemeral
    const shared = this.#chunks.get(from)
    if (shared !== undefined && !replay) return shared
    const chunk = gatherChunk({
      frames: this.#frames,
      start: this.#start,
      from,
      end: replay ? Math.min(liveFrom, this.head) : this.head,
      newest: this.#newest,
      replay,
    })
    if (!replay) this.#chunks.set(from, chunk)
    return chunk
  }

  /** When this process had the event at a position; `undefined` at the head. */
  arrival(position: number): number | undefined {
    return this.#frames[Math.max(0, position - this.#start)]?.at
  }

  get #isTooLarge(): boolean {
    return this.#frames.length > this.#bounds.frames || this.#bytes > this.#bounds.bytes
  }

  #evict(): void {
    const frame = this.#frames.shift()
    const cursor = this.#cursors.shift()
    if (frame === undefined || cursor === undefined) return
    this.#start++
    if (frame.cursor !== undefined) this.#floor = this.#start
    this.#bytes -= frame.bytes.byteLength
    if (frame.key !== undefined && this.#newest.get(frame.key) === this.#start)
      this.#newest.delete(frame.key)
    this.#base = cursor
  }
}
