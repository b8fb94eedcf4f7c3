/// <reference types="@kitajs/html/jsx.d.ts" />
/// <reference types="@kitajs/html/htmx.d.ts" />
import type { Child } from './child.ts'
import type { ClassValue } from './class-names.ts'
import type { Element } from './element.ts'
import type { Html } from './html.ts'

/** The type of every element and attribute, taken from @kitajs/html (its `JSX` is global). */
type KitaElements = JSX.IntrinsicElements

/** Attributes of the `sse` extension of htmx, on any element. */
export interface SseAttributes {
  'sse-connect'?: string | undefined
  'sse-swap'?: string | undefined
  'sse-close'?: string | undefined
}

/** CSS properties in camel case, and custom ones as they are written: `{ '--gap': '1rem' }`. */
export type StyleObject = JSX.CSSProperties & {
  readonly [custom: `--${string}`]: string | number | undefined
}

/** What Rivulet reads in its own way. */
interface OwnAttributes extends SseAttributes {
  class?: ClassValue
  style?: string | StyleObject | undefined
  children?: Child
  /** Taken as habit has it, and not written: nothing is compared on a server. */
  key?: string | number | undefined
}

type Replaced = keyof OwnAttributes | 'className' | 'attrs' | 'srcdoc' | 'value'

/** `srcdoc` is a document of its own, so a string in it is markup that somebody has to vouch for. */
type Own<Attributes> = Omit<Attributes, Replaced> &
  OwnAttributes &
  ('srcdoc' extends keyof Attributes ? { srcdoc?: Html | undefined } : unknown) &
  // A number is what an id in a hidden field mostly is.
  ('value' extends keyof Attributes
    ? { value?: Attributes['value' & keyof Attributes] | number | undefined }
    : unknown)

/** What TypeScript asks of a JSX runtime: elements, their attributes, and what a component may be. */
export declare namespace RivuletJsx {
  type IntrinsicElements = { [Tag in keyof KitaElements]: Own<KitaElements[Tag]> }
  type ElementType = keyof IntrinsicElements | ((props: never) => Child)
  type IntrinsicAttributes = { key?: string | number | undefined }
  type ElementChildrenAttribute = { children: Child }
  type Value = Element
}
