import type { RivuletJsx } from '../html/jsx.ts'
import type { Child } from '../html/child.ts'
import { type Element, jsx } from '../html/element.ts'
import type { GlobalAttributes } from '../component/global-attributes.ts'
import type { Delivery } from './delivery.ts'

/** The element that an event is swapped into. */
export type TargetProps<Event extends string> = Omit<GlobalAttributes, 'children'> & {
  /** The event, as the stream declares it. */
  readonly event: Event
  /** The element's tag. Default `div`. */
  readonly as?: keyof RivuletJsx.IntrinsicElements
}

/**
 * Renders a target with its first paint: understood by htmx's `sse` extension as it is. An `hx-swap` of
 * the caller's, `innerMorph` with htmx 4 for one, takes the place of what the delivery says.
 */
export function target(
  { event, as = 'div', ...attributes }: TargetProps<string>,
  { swap }: Delivery,
  painted: Child,
): Element {
  return jsx(as, {
    ...attributes,
    'sse-swap': event,
    'hx-swap': attributes['hx-swap'] ?? swap,
    // htmx inherits hx-target from any ancestor; an event belongs here.
    'hx-target': attributes['hx-target'] ?? 'this',
    children: painted,
  })
}
