import type { Params } from './definition.ts'

/** The longest topic, in characters, with its params filled in and encoded. */
const LONGEST = 512

/**
 * Fills a pattern's params in: `rooms/[room]` and `{ room: 'a/b' }` make `rooms/a%2Fb`.
 *
 * Values are percent-encoded, and dots that would make a path segment `.` or `..` too, so two
 * different params never make one topic, and none climbs out of its place.
 */
export function topicName(pattern: string, params: Params): string {
  const name = pattern.replace(/\[(\.\.\.)?([^\]]+)\]/g, (_, rest, param) => {
    const value = text(param, params[param])
    return rest === undefined ? segment(value) : value.split('/').map(segment).join('/')
  })
  if (name.length > LONGEST) {
    throw new RangeError(
      `A topic is too long.\n\nExpected: at most ${LONGEST} characters\nGot: ${name.length}`,
    )
  }
  return name
}

/** The URL of a topic's events: under `/sse/`, from the cursor on if one is given. */
export function topicUrl(topic: string, after?: string): string {
  return `/sse/${topic}${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`
}

function segment(value: string): string {
  if (value === '')
    throw new RangeError('A param of a topic is empty.\n\nExpected: a text\nGot: ""')
  const encoded = encodeURIComponent(value.toWellFormed())
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded
}

function text(param: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  throw new TypeError(
    `The param "${param}" of a topic is no text.\n\nExpected: a string or a number\nGot: ${typeof value}`,
  )
}
