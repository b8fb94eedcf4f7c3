import type { FoundStream } from '../stream/many-endpoint.ts'
import type { PlacedStream } from './load-streams.ts'

/** Kinds of segments, in the order in which a router prefers them. */
const STATIC = 0
const PARAM = 1
const REST = 2

/**
 * Finds the stream that a topic belongs to, as the router finds the one of a URL: at each segment a
 * name goes before a param, and a param before a rest.
 */
export function createFindStream(
  streams: readonly PlacedStream[],
): (topic: string) => FoundStream | undefined {
  const candidates = streams
    .map((stream) => ({ stream, segments: stream.path.pattern.slice(1).split('/') }))
    .toSorted((one, other) => bySpecificity(one.segments, other.segments))
  return (topic) => {
    const parts = topic.split('/')
    for (const { stream, segments } of candidates) {
      const params = match(segments, parts, stream.path.params.at(-1) ?? '')
      if (params !== undefined) return { definition: stream.definition, params }
    }
    return undefined
  }
}

function kindOf(segment: string | undefined): number {
  if (segment?.startsWith(':')) return PARAM
  return segment === '*' ? REST : STATIC
}

/** Segment by segment, then by length: with no more than a part of that it would be no order. */
function bySpecificity(one: readonly string[], other: readonly string[]): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference = kindOf(one[at]) - kindOf(other[at])
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** `undefined` when the parts are not of this pattern, or no percent-encoded text. */
function match(
  segments: readonly string[],
  parts: readonly string[],
  restName: string,
): Readonly<Record<string, string>> | undefined {
  const hasRest = segments.at(-1) === '*'
  if (hasRest ? parts.length < segments.length : parts.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, segment] of segments.entries()) {
    const kind = kindOf(segment)
    const text = decode(kind === REST ? parts.slice(at).join('/') : (parts[at] ?? ''))
    if (text === undefined || text === '') return undefined
    if (kind === STATIC && text !== segment) return undefined
    if (kind === PARAM) params[segment.slice(1)] = text
    if (kind === REST) params[restName] = text
  }
  return params
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
