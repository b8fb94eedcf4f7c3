import { z } from 'zod'
import type { Child } from '../html/child.ts'
import { type Element, toElement } from '../html/element.ts'
import { callSite } from './call-site.ts'
import type { GlobalAttributes } from './global-attributes.ts'
import { mergeAttributes } from './merge-attributes.ts'
import { parseProps } from './parse-props.ts'
import type { Input, Output, Shape } from './shape.ts'

/** What a caller writes: the declared props, any global attribute, and children. */
export type PropsOf<S extends Shape> = Input<S> &
  Omit<GlobalAttributes, keyof S> & { children?: Child }

/** What a view gets: the props after zod, the children, and the caller's attributes. */
export type ViewProps<S extends Shape> = Output<S> & {
  readonly children?: Child
  /** The undeclared attributes of the caller, merged with the component's own; spread the result. */
  readonly attrs: (own?: GlobalAttributes) => GlobalAttributes
}

/** A component made by `def`: call it in JSX, or name it in a stream's events. */
export interface Component<S extends Shape = Shape> {
  (props: PropsOf<S>): Element
  /** The declared props. Unknown keys are refused. */
  readonly schema: z.ZodObject<S>
  /** The file and line of the declaration. */
  readonly source: string
}

/**
 * Declares a component by its props (a zod shape) and its view.
 *
 * The same declaration types the call, fills defaults and refuses what does not fit, with an error
 * that names this file. Schemas have to be synchronous.
 *
 * @example
 * ```tsx
 * export const Badge = def({ count: z.number().int().default(0) }, ({ count, attrs }) => (
 *   <b {...attrs({ class: 'badge' })}>{count}</b>
 * ))
 * ```
 */
export function def<S extends Shape>(
  shape: S | z.ZodObject<S>,
  view: (props: ViewProps<S>) => Child,
): Component<S> {
  const object = shape instanceof z.ZodObject ? shape : z.object(shape)
  const schema = object.strict() as unknown as z.ZodObject<S>
  const source = callSite()
  function component(props: PropsOf<S>): Element {
    const { values, children, passed } = parseProps(schema, source, props)
    const attrs = (own: GlobalAttributes = {}): GlobalAttributes => mergeAttributes(own, passed)
    return toElement(view({ ...values, children, attrs } as ViewProps<S>))
  }
  return Object.assign(component, { schema, source })
}
