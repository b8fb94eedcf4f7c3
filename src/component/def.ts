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
  const sorted = object.strip()
  const source = callSite()
  refuseReserved(schema, source)
  function component(props: PropsOf<S>): Element {
    const { values, children, passed } = parseProps(sorted, source, props)
    values['children'] = children
    values['attrs'] = (own: GlobalAttributes = {}) => mergeAttributes(own, passed)
    return toElement(view(values as ViewProps<S>))
  }
  return Object.assign(component, { schema, source })
}

/** The view gets its own `attrs`, and JSX keeps `key` for itself: neither would ever reach the view. */
function refuseReserved({ shape }: z.ZodObject, source: string): void {
  const reserved = ['attrs', 'key'].find((name) => Object.hasOwn(shape, name))
  if (reserved === undefined) return
  throw new TypeError(`The component of ${source} declares a prop with a name that is taken.

Expected: a name other than "attrs" and "key"
Got: ${reserved}`)
}
