/** One encoded event of a topic, as every connection gets it. */
export interface Frame {
  readonly bytes: Uint8Array
  /** The cursor after it; absent on an ephemeral event. */
  readonly cursor: string | undefined
  /** Of the frames with one key, a reader that is behind gets only the newest. */
  readonly key: string | undefined
}

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
  #bytes = 0
  #base: string
  readonly #mostFrames: number
  readonly #compare: Compare
  readonly #newest = new Map<string, number>()
  readonly #chunks = new Map<number, Chunk>()

  /** An empty window after the cursor `base`. */
  constructor(base: string, mostFrames: number, compare: Compare) {
    this.#base = base
    this.#mostFrames = mostFrames
    this.#compare = compare
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

  /** The position after everything up to a cursor; `undefined` when that is not in the window. */
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
    return this.#start + low
  }

  append(frame: Frame): void {
    this.#cursors.push(frame.cursor ?? this.cursor(this.head))
    this.#frames.push(frame)
    this.#bytes += frame.bytes.byteLength
    if (frame.key !== undefined) this.#newest.set(frame.key, this.head)
    this.#chunks.clear()
    while (this.#frames.length > this.#mostFrames || this.#bytes > BYTES) this.#evict()
  }

  /** Puts older frames before the oldest one; `base` is the cursor before the first of them. */
  prepend(frames: readonly Frame[], base: string): void {
    this.#frames = [...frames, ...this.#frames]
    this.#cursors = [...frames.map(({ cursor }) => cursor ?? base), ...this.#cursors]
    this.#start -= frames.length
    this.#base = base
    this.#chunks.clear()
    frames.forEach(({ bytes, key }, index) => {
      this.#bytes += bytes.byteLength
      if (key !== undefined && !this.#newest.has(key))
        this.#newest.set(key, this.#start + index + 1)
    })
  }

  /** Forgets everything: there is a hole before `base`, and no position reaches across it. */
  restart(base: string): void {
    this.#start = this.head + 1
    this.#frames = []
    this.#cursors = []
    this.#bytes = 0
    this.#base = base
    this.#newest.clear()
    this.#chunks.clear()
  }

  /**
   * The frames from a position on, as many as one chunk holds; `undefined` at the head, `'gap'`
   * before the oldest. Ephemeral frames before `liveFrom` are left out: they are not replayed.
   */
  chunk(from: number, liveFrom: number): Chunk | 'gap' | undefined {
    if (from < this.#start) return 'gap'
    if (from >= this.head) return undefined
    const replay = from < liveFrom
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

  #evict(): void {
    const frame = this.#frames.shift()
    const cursor = this.#cursors.shift()
    if (frame === undefined || cursor === undefined) return
    this.#start++
    this.#bytes -= frame.bytes.byteLength
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
