import type { Entry } from '../broker/broker.ts'
import { type Child, childMarkup } from '../html/child.ts'
import { encodeEvent } from '../sse/event.ts'
import type { StreamDefinition } from './definition.ts'
import type { Delivery } from './delivery.ts'
import { decodeMessage } from './message.ts'

/** An event, rendered and encoded: once per process, however many read it. */
export interface Rendered {
  readonly event: string
  readonly delivery: Delivery
  readonly id: string | undefined
  /** The markup, or the JSON. */
  readonly data: string
  readonly bytes: Uint8Array
}

/** Entries are kept by the log that holds them; what was made of one lasts as long as it. */
const made = new WeakMap<Entry, Rendered | Promise<Rendered | undefined>>()

/**
 * Renders an entry; `undefined` when it cannot be: not a message, an event of no component, props
 * that do not fit, a component that throws. That is logged, and the topic goes on.
 */
export function renderEntry(
  definition: StreamDefinition,
  topic: string,
  entry: Entry,
): Rendered | Promise<Rendered | undefined> | undefined {
  const known = made.get(entry)
  if (known !== undefined) return known
  try {
    const { message, delivery } = decodeMessage(definition, entry.text)
    const finish = (data: string): Rendered => {
      const bytes = encodeEvent({ event: message.event, id: entry.cursor, data })
      const rendered = { event: message.event, delivery, id: message.id, data, bytes }
      made.set(entry, rendered)
      return rendered
    }
    const data = renderProps(delivery, message.props)
    if (typeof data === 'string') return finish(data)
    const later = data.then(finish, (error: unknown) => report(definition, topic, entry, error))
    made.set(entry, later)
    return later
  } catch (error) {
    return report(definition, topic, entry, error)
  }
}

/** The markup of an event's component, or the JSON of a `json` event. */
export function renderProps(delivery: Delivery, props: unknown): string | Promise<string> {
  if (delivery.component === undefined) return JSON.stringify(delivery.schema.parse(props))
  const component = delivery.component as (props: unknown) => Child
  return childMarkup(component(props))
}

function report(
  { place, source }: StreamDefinition,
  topic: string,
  { cursor, text }: Entry,
  error: unknown,
): undefined {
  const where = `${place?.file ?? source}: an event of ${topic} at ${cursor ?? 'no cursor'}`
  console.error(`${where} cannot be shown and is skipped: ${text.slice(0, 200)}\n`, error)
  return undefined
}
