import { z } from 'zod'
import { describeIssues } from '../component/parse-props.ts'
import { nearest } from '../component/nearest.ts'
import type { Delivery } from './delivery.ts'
import type { StreamDefinition } from './definition.ts'

/** The largest message, in characters of JSON. */
export const LARGEST_MESSAGE = 1024 * 1024

/** A message as brokers carry it: plain JSON, so that other languages can publish too. */
const Wire = z.object({ event: z.string(), props: z.unknown(), id: z.string().optional() })
export type Message = z.output<typeof Wire>

/** Thrown when an event cannot be published: what was refused, and what was expected. */
export class PublishError extends Error {
  override readonly name = 'PublishError'
}

/**
 * Checks an event against its stream and writes it as JSON.
 *
 * What is checked is what arrives after the JSON, on this process or on another one: props that
 * JSON cannot carry (a `Date` under `z.date()`, say) are refused here and not lost on the way.
 */
export function encodeMessage(
  definition: StreamDefinition,
  { event, props, id }: Message,
): { readonly text: string; readonly delivery: Delivery } {
  const delivery = deliveryOf(definition, event)
  const name = `An event "${event}" of ${definition.place?.file ?? definition.source}`
  const text = writeJson(name, { event, props, id })
  if (text.length > LARGEST_MESSAGE) {
    throw new PublishError(`${name} is too large.

Expected: at most ${LARGEST_MESSAGE} characters of JSON
Got: ${text.length}`)
  }
  if (id !== undefined && typeof id !== 'string') {
    throw new PublishError(
      `${name} has an id that is no text.\n\nExpected: a string\nGot: ${typeof id}`,
    )
  }
  const { error } = delivery.schema.safeParse((JSON.parse(text) as Message).props)
  if (error === undefined) return { text, delivery }
  throw new PublishError(
    `${name} has props that its component does not accept.\n\n${describeIssues(error)}`,
    { cause: error },
  )
}

/**
 * Reads a message from a broker, where anybody may have put it; throws when it is none of this
 * stream's. Props are checked as by `publish`: a component itself would let attributes pass.
 */
export function decodeMessage(
  definition: StreamDefinition,
  text: string,
): { readonly message: Message; readonly delivery: Delivery } {
  if (text.length > LARGEST_MESSAGE) {
    throw new Error(`It is too large.

Expected: at most ${LARGEST_MESSAGE} characters of JSON
Got: ${text.length}`)
  }
  const { data: message, error: malformed } = Wire.safeParse(JSON.parse(text))
  if (malformed !== undefined) throw new Error(describeIssues(malformed), { cause: malformed })
  const delivery = deliveryOf(definition, message.event)
  if (delivery.component !== undefined) {
    const { error } = delivery.schema.safeParse(message.props)
    if (error !== undefined) throw new Error(describeIssues(error), { cause: error })
  }
  return { message, delivery }
}

/** The id of the newest message that has one; what is no message has none. */
export function newestId(entries: readonly { readonly text: string }[]): string | undefined {
  for (const { text } of entries.toReversed()) {
    if (!text.includes('"id"')) continue
    try {
      const { data } = Wire.safeParse(JSON.parse(text))
      if (data?.id !== undefined) return data.id
    } catch (error) {
      // Whoever renders it says so.
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return undefined
}

/** How a stream delivers an event; throws when it has none of that name. */
export function deliveryOf(definition: StreamDefinition, event: string): Delivery {
  const delivery = Object.hasOwn(definition.events, event) ? definition.events[event] : undefined
  if (delivery !== undefined) return delivery
  throw new PublishError(unknownEvent(definition, event))
}

function writeJson(name: string, message: Message): string {
  try {
    return JSON.stringify(message)
  } catch (error) {
    throw new PublishError(
      `${name} cannot be written as JSON.\n\nExpected: props that JSON can carry\nGot: ${String(error)}`,
      { cause: error },
    )
  }
}

function unknownEvent(definition: StreamDefinition, event: string): string {
  const where = definition.place?.file ?? definition.source
  const known = Object.keys(definition.events)
  const meant = nearest(event, known)
  return `${where} has no event "${event.slice(0, 80)}"${meant ? `; did you mean "${meant}"?` : '.'}

Expected: ${known.join(', ')}
Got: ${event.slice(0, 80)}`
}
