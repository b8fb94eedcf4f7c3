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
const madeOfVariant = new WeakMap<Entry, Map<string, Made>>()
/**
 * Variants of one entry that are kept, the newest: for pages and for those who come back. A log's
 * renderings would else grow with every answer that `vary` ever gave; whoever listens has its own.
 */
const KEPT_VARIANTS = 8

/** For what an entry is rendered. */
export interface Scope {
  /** For the log. */
  readonly topic: string
  readonly assets: Assets | undefined
  /** What `vary` answered; the empty string where nothing varies. */
  readonly variant: string
}

/**
 * Renders an entry; `undefined` when it cannot be: not a message, an event of no component, props
 * that do not fit, a component that throws. That is logged, once, and the topic goes on.
 */
export function renderEntry(definition: StreamDefinition, entry: Entry, scope: Scope): Made {
  const { assets, variant } = scope
  const cache = cacheOf(entry, variant)
  if (cache.has()) return cache.get()
  const keep = <Result extends Made>(result: Result): Result => {
    cache.set(result)
    return result
  }
  const fail = (error: unknown): undefined => keep(report(definition, scope.topic, entry, error))
  try {
    const { message, delivery } = decodeMessage(definition, entry.text)
    const { event, id } = message
    const finish = (data: string): Rendered => {
      const bytes = encodeEvent({ event, id: entry.cursor, data })
      return keep({ event, delivery, id, data, bytes })
    }
    const data = withSharedContext(assets, variant, () => renderProps(delivery, message.props))
    return keep(typeof data === 'string' ? finish(data) : data.then(finish).catch(fail))
  } catch (error) {
    return fail(error)
  }
}

/** What was made of an entry for a variant. Mostly there is but one: '', and no map of them. */
function cacheOf(
  entry: Entry,
  variant: string,
): { has(): boolean; get(): Made; set(result: Made): void } {
  const ofEntry = variant === '' ? undefined : (madeOfVariant.get(entry) ?? new Map<string, Made>())
  if (ofEntry === undefined)
    return {
      has: () => made.has(entry),
      get: () => made.get(entry),
      set: (result) => void made.set(entry, result),
    }
  madeOfVariant.set(entry, ofEntry)
  return {
    has: () => ofEntry.has(variant),
    get: () => ofEntry.get(variant),
    set(result) {
      ofEntry.set(variant, result)
      const [oldest] = ofEntry.keys()
      if (ofEntry.size > KEPT_VARIANTS && oldest !== undefined) ofEntry.delete(oldest)
    },
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
  if (place) place.stats.renderErrors++
  const where = `${place?.file ?? source}: an event of ${topic} at ${cursor ?? 'no cursor'}`
  console.error(`${where} cannot be shown and is skipped: ${text.slice(0, 200)}\n`, error)
}
