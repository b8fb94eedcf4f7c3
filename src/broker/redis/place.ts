/** A place in the feed of a shard: a stream id of Redis, and the epoch in which it was given. */
export interface Place {
  readonly epoch: string
  /** The id's milliseconds, by the server's clock. */
  readonly ms: number
  readonly seq: number
}

const ID = /^(\d{1,20})-(\d{1,20})$/

/** The place of an id; throws when a server answers what is none. */
export function placeOf(epoch: string, id: string): Place {
  const [, ms, seq] = ID.exec(id) ?? []
  if (ms === undefined || seq === undefined) {
    throw new Error(`Redis answered with something else than a stream id.

Expected: an id like 1700000000000-0
Got: ${id.slice(0, 80)}`)
  }
  return { epoch, ms: Number(ms), seq: Number(seq) }
}

/** The id, as Redis writes it. */
export function idOf({ ms, seq }: Place): string {
  return `${ms}-${seq}`
}

/** The place as a cursor: `epoch.milliseconds-sequence`. */
export function cursorOf(place: Place): string {
  return `${place.epoch}.${idOf(place)}`
}

/** The place that a cursor names; `undefined` when no broker of this kind can have made it. */
export function parseCursor(cursor: string): Place | undefined {
  const [, epoch, ms, seq] = /^([\da-f]{8,20})\.(\d{1,16})-(\d{1,16})$/.exec(cursor) ?? []
  if (epoch === undefined) return undefined
  const place = { epoch, ms: Number(ms), seq: Number(seq) }
  return Number.isSafeInteger(place.ms) && Number.isSafeInteger(place.seq) ? place : undefined
}

/** Negative, zero or positive, by the ids alone. */
export function comparePlaces(one: Place, other: Place): number {
  return one.ms - other.ms || one.seq - other.seq
}
