import { DEFAULT_RETENTION, type PublishOptions, type Retention } from '../broker.ts'
import type { StoredRecord } from './protocol/decode-batches.ts'
import type { NewRecord } from './protocol/record-batch.ts'

/** The largest text of an event, in characters. */
export const LARGEST_TEXT = 1024 * 1024

/** The longest name of a topic, in bytes. */
export const LONGEST_TOPIC = 4096

/** An event as its record says it. */
export interface EventRecord {
  readonly topic: string
  readonly text: string
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly key: string | undefined
  readonly ephemeral: boolean
  /** Absent on a record that leaves it to those before it. */
  readonly retention: Retention | undefined
}

/**
 * Writes an event as a record: the topic is its key, the text its value. How it is kept stands in headers, which
 * other producers may leave out: `rivulet-key`, `rivulet-ephemeral: 1`, `rivulet-keep: events,milliseconds,characters`.
 */
export function encodeEventRecord(topic: string, text: string, options: PublishOptions): NewRecord {
  const { retention, key, ephemeral } = options
  const headers: [string, string][] = []
  if (key !== undefined) headers.push(['rivulet-key', key])
  if (ephemeral) headers.push(['rivulet-ephemeral', '1'])
  else headers.push(['rivulet-keep', formatRetention(retention)])
  return { key: Buffer.from(topic), value: Buffer.from(text), headers, timestamp: Date.now() }
}

/** Reads a record, which anybody may have written; a string says why it is no event. */
export function decodeEventRecord(record: StoredRecord): EventRecord | string {
  const { key, value, headers } = record
  if (key === null || key.length === 0) return 'it has no key, which is to be the topic'
  if (value === null) return 'it has no value'
  if (key.length > LONGEST_TOPIC) return `its key has more than ${LONGEST_TOPIC} bytes`
  const topic = decodeText(key)
  if (topic === undefined) return 'its key is no UTF-8'
  const text = decodeText(value)
  if (text === undefined) return 'its value is no UTF-8'
  if (text.length > LARGEST_TEXT) return `its value has more than ${LARGEST_TEXT} characters`
  const event = { topic, text, offset: record.offset, at: timeOf(record) }
  // Most records of other producers say nothing of this.
  if (headers.size === 0)
    return { ...event, key: undefined, ephemeral: false, retention: undefined }
  const ephemeral = headers.get('rivulet-ephemeral')?.toString()
  if (ephemeral !== undefined && ephemeral !== '1') return 'its header rivulet-ephemeral is not 1'
  const keep = headers.get('rivulet-keep')?.toString()
  const retention = keep === undefined ? undefined : parseRetention(keep)
  if (keep !== undefined && retention === undefined)
    return `its header rivulet-keep is not like ${DEFAULT_RETENTION.events},86400000,1048576`
  const eventKey = headers.get('rivulet-key')?.toString()
  return { ...event, key: eventKey, ephemeral: ephemeral === '1', retention }
}

function formatRetention({ events, age, bytes }: Retention): string {
  return [events, age, bytes].map((most) => Math.min(Math.max(Math.floor(most), 0), 1e14)).join(',')
}

function parseRetention(text: string): Retention | undefined {
  const [, events, age, bytes] = /^(\d{1,15}),(\d{1,15}),(\d{1,15})$/.exec(text) ?? []
  if (events === undefined) return undefined
  return { events: Number(events), age: Number(age), bytes: Number(bytes) }
}

function timeOf({ timestamp }: StoredRecord): number {
  return timestamp < 0 ? Date.now() : timestamp
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeText(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
