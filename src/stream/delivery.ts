import type { z } from 'zod'
import type { Component } from '../component/def.ts'
import type { Input, Shape } from '../component/shape.ts'
import type { Child } from '../html/child.ts'

/** How an event reaches a page: what renders it, where it is put, and whether it is kept. */
export interface Delivery<Props = never> {
  readonly kind: 'append' | 'prepend' | 'replace' | 'latest' | 'ephemeral' | 'json'
  /** htmx's swap style; absent for `json`, which is no HTML. */
  readonly swap: string | undefined
  readonly schema: z.ZodType
  /** Absent for `json`. */
  readonly component: ((props: never) => Child) | undefined
  /** Only for the type checker: what `publish` takes. */
  readonly '~props'?: Props
}

/** Durable: the fragment goes to the end of its target. */
export function append<S extends Shape>(component: Component<S>): Delivery<Input<S>> {
  return deliver('append', 'beforeend', component)
}

/** Durable: the fragment goes to the top of its target. */
export function prepend<S extends Shape>(component: Component<S>): Delivery<Input<S>> {
  return deliver('prepend', 'afterbegin', component)
}

/** Durable: the fragment takes the place of what the target holds; a reader behind gets each. */
export function replace<S extends Shape>(component: Component<S>): Delivery<Input<S>> {
  return deliver('replace', 'innerHTML', component)
}

/** State: as `replace`, but a reader that is behind gets only the newest. */
export function latest<S extends Shape>(component: Component<S>): Delivery<Input<S>> {
  return deliver('latest', 'innerHTML', component)
}

/** For whoever is connected now: never logged, never replayed. */
export function ephemeral<S extends Shape>(component: Component<S>): Delivery<Input<S>> {
  return deliver('ephemeral', 'innerHTML', component)
}

/** Durable data instead of HTML: one line of JSON, for scripts that listen themselves. */
export function json<Schema extends z.ZodType>(schema: Schema): Delivery<z.input<Schema>> {
  return { kind: 'json', swap: undefined, schema, component: undefined }
}

function deliver<S extends Shape>(
  kind: Delivery['kind'],
  swap: string,
  component: Component<S>,
): Delivery<Input<S>> {
  if (typeof component !== 'function' || !('schema' in component)) {
    throw new TypeError(`${kind}() takes a component whose props are declared.

Expected: ${kind}(Toast), where Toast is made by def({ … }, view)
Got: ${typeof component === 'function' ? `the function ${(component as { name: string }).name || '(no name)'}, not made by def` : typeof component}`)
  }
  return { kind, swap, schema: component.schema, component }
}
