import type { Frame } from './frame.ts'

/** A run of frames as one piece of bytes, shared by all connections at the same place. */
export interface Chunk {
  readonly bytes: Uint8Array
  /** The position after it. */
  readonly next: number
  /** Events in it. */
  readonly events: number
  /** Superseded events that were left out of it. */
  readonly conflated: number
  /** When this process had the oldest event in it, as `performance.now()` tells. */
  readonly at: number
  /** The same behind a block that names the topic, for connections that have several. */
  named?: Uint8Array
}

/** The largest chunk, in bytes; one frame may exceed it. */
const LARGEST = 64 * 1024

/** Which frames make a chunk, in the positions of their window. */
export interface Run {
  readonly frames: readonly Frame[]
  /** The position of the first frame. */
  readonly start: number
  readonly from: number
  readonly end: number
  /** The position after the newest frame of each key. */
  readonly newest: ReadonlyMap<string, number>
  /** Leaves ephemeral frames out: they are not for those who come back. */
  readonly replay: boolean
}

/** Joins the frames of a run, as many as one chunk holds, without those that are superseded. */
export function gatherChunk({ frames, start, from, end, newest, replay }: Run): Chunk {
  const parts: Uint8Array[] = []
  let size = 0
  let conflated = 0
  let at = Infinity
  let next = from
  for (; next < end && size < LARGEST; next++) {
    const frame = frames[next - start]
    if (frame === undefined) break
    const superseded = frame.key !== undefined && (newest.get(frame.key) ?? 0) > next + 1
    if (superseded) conflated++
    if (superseded || (replay && frame.cursor === undefined)) continue
    parts.push(frame.bytes)
    size += frame.bytes.byteLength
    at = Math.min(at, frame.at)
  }
  return { bytes: joinBytes(parts, size), next, events: parts.length, conflated, at }
}

/** Puts pieces of bytes together; one alone is given back as it is. */
export function joinBytes(
  parts: readonly Uint8Array[],
  size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}
