import type { RivuletJsx } from './html/jsx.ts'

export { Fragment, jsx, jsx as jsxs } from './html/element.ts'

/** The types of JSX under `jsxImportSource: "rivulet"`. */
export declare namespace JSX {
  type Element = RivuletJsx.Value
  type ElementType = RivuletJsx.ElementType
  type IntrinsicElements = RivuletJsx.IntrinsicElements
  type IntrinsicAttributes = RivuletJsx.IntrinsicAttributes
  type ElementChildrenAttribute = RivuletJsx.ElementChildrenAttribute
}
