/// <reference types="@kitajs/html/jsx.d.ts" />
/// <reference types="@kitajs/html/htmx.d.ts" />
import type { ClassValue } from './attributes.ts'
import type { Child } from './child.ts'
import type { Element } from './element.ts'

/** The type of every element and attribute, taken from @kitajs/html (its `JSX` is global). */
type KitaElements = JSX.IntrinsicElements

/** Attributes of the `sse` extension of htmx, on any element. */
export interface SseAttributes {
  'sse-connect'?: string | undefined
  'sse-swap'?: string | undefined
  'sse-close'?: string | undefined
}

type Own<Attributes> = Omit<Attributes, 'children' | 'class' | 'className' | 'attrs'> &
  SseAttributes & { class?: ClassValue; children?: Child }

/** What TypeScript asks of a JSX runtime: elements, their attributes, and what a component may be. */
export declare namespace RivuletJsx {
  type IntrinsicElements = { [Tag in keyof KitaElements]: Own<KitaElements[Tag]> }
  type ElementType = keyof IntrinsicElements | ((props: never) => Child)
  type IntrinsicAttributes = { key?: string | number | undefined }
  type ElementChildrenAttribute = { children: Child }
  type Value = Element
}
