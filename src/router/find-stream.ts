import type { FoundStream } from '../stream/many-endpoint.ts'
import type { PlacedStream } from './load-streams.ts'

/** Kinds of segments, in the order in which a router prefers them. */
const STATIC = 0
const PARAM = 1
const REST = 2

/**
 * Finds the stream that a topic belongs to, as a listening server finds the one of a URL: patterns with
 * a rest come last, and at each segment a name goes before a param (Bun 1.4.5; Elysia's own router,
 * which takes its place without a server, lets a name before a rest go before a param).
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

/** With all of these it is an order; without the last, a pattern would be the same as its beginning. */
function bySpecificity(one: readonly string[], other: readonly string[]): number {
  const rests = Number(one.at(-1) === '*') - Number(other.at(-1) === '*')
  if (rests !== 0) return rests
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
    const part = kind === REST ? parts.slice(at).join('/') : parts[at]
    if (kind === STATIC) {
      if (part !== segment) return undefined
      continue
    }
    const text = decode(part ?? '')
    if (text === undefined || text === '') return undefined
    params[kind === REST ? restName : segment.slice(1)] = text
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
