import type { Entry } from '../broker/broker.ts'
import type { Assets } from '../component/render-context.ts'
import { type Child, childMarkup } from '../html/child.ts'
import { encodeEvent } from '../sse/event.ts'
import type { StreamDefinition } from './definition.ts'
import type { Delivery } from './delivery.ts'
import { decodeMessage } from './message.ts'
import { withSharedContext } from './shared-context.ts'

/** An event, rendered and encoded: once per process, however many read it. */
export interface Rendered {
  readonly event: string
  readonly delivery: Delivery
  readonly id: string | undefined
  /** The markup, or the JSON. */
  readonly data: string
  readonly bytes: Uint8Array
}

type Made = Rendered | undefined | Promise<Rendered | undefined>

/** Entries are kept by the log that holds them; what was made of one lasts as long as it. */
const made = new WeakMap<Entry, Made>()

/**
 * Renders an entry; `undefined` when it cannot be: not a message, an event of no component, props
 * that do not fit, a component that throws. That is logged, once, and the topic goes on.
 */
export function renderEntry(
  definition: StreamDefinition,
  topic: string,
  entry: Entry,
  assets: Assets | undefined,
): Made {
  if (made.has(entry)) return made.get(entry)
  const keep = <Result extends Made>(result: Result): Result => {
    made.set(entry, result)
    return result
  }
  const fail = (error: unknown): undefined => keep(report(definition, topic, entry, error))
  try {
    const { message, delivery } = decodeMessage(definition, entry.text)
    const { event, id } = message
    const finish = (data: string): Rendered => {
      const bytes = encodeEvent({ event, id: entry.cursor, data })
      return keep({ event, delivery, id, data, bytes })
    }
    const data = withSharedContext(assets, () => renderProps(delivery, message.props))
    return keep(typeof data === 'string' ? finish(data) : data.then(finish).catch(fail))
  } catch (error) {
    return fail(error)
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
}
