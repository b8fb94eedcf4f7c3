import { type Params, placeOf, type StreamDefinition } from './definition.ts'
import { PublishError } from './message.ts'

/** The longest topic, in characters, with its params filled in and encoded. */
const LONGEST = 512

/**
 * Fills a pattern's params in: `rooms/[room]` and `{ room: 'a/b' }` make `rooms/a%2Fb`.
 *
 * Values are percent-encoded, so two different params never make one topic. Those that no URL can
 * carry are refused with a `PublishError`: nothing, `.` and `..` (a browser would climb, even from
 * `%2E%2E`: URL standard, "double-dot URL path segment"), and lone surrogates.
 */
export function topicName(pattern: string, params: Params): string {
  const name = pattern.replace(/\[(\.\.\.)?([^\]]+)\]/g, (_, rest, param) => {
    const value = text(param, params[param])
    return rest === undefined ? segment(value) : value.split('/').map(segment).join('/')
  })
  if (name.length > LONGEST) {
    throw new PublishError(
      `A topic is too long.\n\nExpected: at most ${LONGEST} characters\nGot: ${name.length}`,
    )
  }
  return name
}

/**
 * The topic of a stream's params. Refuses the topic of another stream: `[room].tsx` would else have what
 * belongs to `lobby.tsx` beside it, by `%6cobby`, and past the `authorize` of that.
 */
export function topicOf(definition: StreamDefinition, params: Params): string {
  const { pattern, owns, file } = placeOf(definition)
  const topic = topicName(pattern, params)
  if (owns === undefined || owns(topic)) return topic
  throw new PublishError(`${file} has no topic ${topic}.

Expected: params whose URL leads to this stream
Got: /sse/${topic}, which another stream answers`)
}

/** The URL of a topic's events: under `/sse/`, from the cursor on if one is given. */
export function topicUrl(topic: string, after?: string): string {
  return `/sse/${topic}${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`
}

function segment(value: string): string {
  if (/^\.{0,2}$/.test(value) || !value.isWellFormed()) {
    throw new PublishError(`A param of a topic cannot be part of a URL.

Expected: a text, neither "." nor "..", without lone surrogates
Got: ${JSON.stringify(value.slice(0, 80))}`)
  }
  return encodeURIComponent(value)
}

function text(param: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  throw new TypeError(
    `The param "${param}" of a topic is no text.\n\nExpected: a string or a number\nGot: ${typeof value}`,
  )
}
