import type { Frame } from './frame.ts'

/** A run of frames as one piece of bytes, shared by all connections at the same place. */
export interface Chunk {
  readonly bytes: Uint8Array
  /** The position after it. */
  readonly next: number
}

/** The order of two cursors, as the broker tells it. */
export type Compare = (one: string, other: string) => number | undefined

/** The largest chunk, in bytes; one frame may exceed it. */
const CHUNK = 64 * 1024
/** Bytes of frames kept for connections that lag and for those that come back. */
const BYTES = 4 * 1024 * 1024

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
  readonly #mostFrames: number
  readonly #compare: Compare
  readonly #newest = new Map<string, number>()
  /** The position after the newest ephemeral frame. */
  #ephemeral = -Infinity
  readonly #chunks = new Map<number, Chunk>()

  /** An empty window after the cursor `base`. */
  constructor(base: string, mostFrames: number, compare: Compare) {
    this.#base = base
    this.#mostFrames = mostFrames
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
    const chunk = this.#gather(from, replay ? Math.min(liveFrom, this.head) : this.head, replay)
    if (!replay) this.#chunks.set(from, chunk)
    return chunk
  }

  #gather(from: number, end: number, replay: boolean): Chunk {
    const parts: Uint8Array[] = []
    let size = 0
    let next = from
    for (; next < end && size < CHUNK; next++) {
      const frame = this.#frames[next - this.#start]
      if (frame === undefined) break
      const superseded = frame.key !== undefined && (this.#newest.get(frame.key) ?? 0) > next + 1
      if (superseded || (replay && frame.cursor === undefined)) continue
      parts.push(frame.bytes)
      size += frame.bytes.byteLength
    }
    const [only] = parts
    return { bytes: parts.length === 1 && only ? only : join(parts, size), next }
  }

  get #isTooLarge(): boolean {
    return this.#frames.length > this.#mostFrames || this.#bytes > BYTES
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

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}
