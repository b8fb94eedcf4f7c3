import type { MsgHdrs } from '@nats-io/transport-node'
import type { Retention } from '../broker.ts'

/** What a message of the stream may say besides its text. */
export const HEADER = {
  /** How much of the topic is kept: `events=200 age=86400000 bytes=1048576`. */
  keep: 'Rivulet-Keep',
  /** The event replaces the retained ones of the same key. */
  key: 'Rivulet-Key',
  /** No event, but word that those of the topic up to this sequence number may be gone. */
  floor: 'Rivulet-Floor',
} as const

/** Where and when JetStream put a message. */
export interface Place {
  readonly seq: number
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number
}

/** One message of the stream, understood. */
export type NatsRecord = EventRecord | FloorRecord | BadRecord

export interface EventRecord extends Place {
  readonly kind: 'event'
  readonly text: string
  readonly bytes: number
  readonly key: string | undefined
  readonly keep: Retention | undefined
}

export interface FloorRecord extends Place {
  readonly kind: 'floor'
  readonly floor: number
}

export interface BadRecord extends Place {
  readonly kind: 'bad'
  readonly reason: string
}

/** The part of a client's message that is looked at. */
export interface NatsMessage {
  readonly data: Uint8Array
  readonly headers?: MsgHdrs | undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const LONGEST_KEY = 256
const LEAST_READ = 8192

/** Understands a message, wherever it comes from. */
export function decodeRecord({ seq, at }: Place, message: NatsMessage): NatsRecord {
  const bad = (reason: string): BadRecord => ({ kind: 'bad', seq, at, reason })
  const { value: headers, error } = attempt(() => message.headers)
  if (error !== undefined) return bad(`its headers cannot be read: ${error}`)
  const floor = headers?.get(HEADER.floor) || undefined
  if (floor !== undefined) {
    if (!/^\d{1,15}$/.test(floor)) return bad(`its ${HEADER.floor} is no sequence number`)
    return { kind: 'floor', seq, at, floor: Math.min(Number(floor), seq) }
  }
  const key = headers?.get(HEADER.key) || undefined
  if (key !== undefined && key.length > LONGEST_KEY)
    return bad(`its ${HEADER.key} is longer than ${LONGEST_KEY} characters`)
  const written = headers?.get(HEADER.keep) || undefined
  const keep = written === undefined ? undefined : parseKeep(written)
  if (written !== undefined && keep === undefined)
    return bad(`its ${HEADER.keep} is not like "events=200 age=86400000 bytes=1048576"`)
  // Only a reader that asked for headers alone gets this one.
  const size = headers?.get('Nats-Msg-Size') || undefined
  const bytes = size === undefined ? message.data.length : Number(size)
  if (bytes === 0) return bad('it is empty')
  const text = attempt(() => decoder.decode(message.data))
  if (text.error !== undefined) return bad('it is no UTF-8')
  return { kind: 'event', seq, at, text: text.value, bytes, key, keep }
}

/**
 * Records of a topic that are read at most, going by its newest one: what is before them counts as
 * evicted. Between two trimmings there are more than the topic retains; from a producer that nobody
 * trims after there may be millions.
 */
export function recordsOf(newest: MsgHdrs | undefined): number {
  const keep = parseKeep(newest?.get(HEADER.keep) ?? '')
  return Math.max(LEAST_READ, 4 * (keep?.events ?? 0))
}

/** A retention as it is written into `Rivulet-Keep`. */
export function writeKeep({ events, age, bytes }: Retention): string {
  const whole = (limit: number) => Math.floor(Math.min(Math.max(limit, 0), Number.MAX_SAFE_INTEGER))
  return `events=${whole(events)} age=${whole(age)} bytes=${whole(bytes)}`
}

/** A key as it is written into `Rivulet-Key`: header values are ASCII without line ends. */
export function writeKey(key: string): string {
  const written = encodeURIComponent(key)
  if (written !== '' && written.length <= LONGEST_KEY) return written
  throw new TypeError(
    `A key is not right.\n\nExpected: 1 to ${LONGEST_KEY} characters, percent-encoded\nGot: ${written.length}`,
  )
}

function parseKeep(text: string): Retention | undefined {
  const found = /^events=(\d{1,16}) age=(\d{1,16}) bytes=(\d{1,16})$/.exec(text)
  if (found === null) return undefined
  const [events = 0, age = 0, bytes = 0] = found.slice(1).map(Number)
  return { events, age, bytes }
}

function attempt<T>(
  read: () => T,
): { value: T; error?: undefined } | { value?: undefined; error: string } {
  try {
    return { value: read() }
  } catch (error) {
    return { error: String(error) }
  }
}
