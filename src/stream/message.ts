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
export function encodeMessage(definition: StreamDefinition, message: Message): string {
  const delivery = definition.events[message.event]
  const where = definition.place?.file ?? definition.source
  if (delivery === undefined) throw new PublishError(unknownEvent(definition, where, message.event))
  const text = JSON.stringify(message)
  if (text.length > LARGEST_MESSAGE) {
    throw new PublishError(`An event "${message.event}" of ${where} is too large.

Expected: at most ${LARGEST_MESSAGE} characters of JSON
Got: ${text.length}`)
  }
  const { error } = delivery.schema.safeParse((JSON.parse(text) as Message).props)
  if (error === undefined) return text
  throw new PublishError(
    `An event "${message.event}" of ${where} has props that its component does not accept.\n\n${describeIssues(error)}`,
    { cause: error },
  )
}

/** Reads a message from a broker; throws when it is none of this stream's. */
export function decodeMessage(
  definition: StreamDefinition,
  text: string,
): { readonly message: Message; readonly delivery: Delivery } {
  const message = Wire.parse(JSON.parse(text))
  const delivery = definition.events[message.event]
  const where = definition.place?.file ?? definition.source
  if (delivery === undefined) throw new Error(unknownEvent(definition, where, message.event))
  return { message, delivery }
}

function unknownEvent(definition: StreamDefinition, where: string, event: string): string {
  const known = Object.keys(definition.events)
  const meant = nearest(event, known)
  return `${where} has no event "${event.slice(0, 80)}"${meant ? `; did you mean "${meant}"?` : '.'}

Expected: ${known.join(', ')}
Got: ${event.slice(0, 80)}`
}
