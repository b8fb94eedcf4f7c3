import { extendHtmx4, type Htmx4 } from './htmx-four.ts'
import { extendHtmx2, type Htmx2 } from './htmx-two.ts'
import type { Swap } from './swap.ts'

declare global {
  interface Window {
    htmx?: (Htmx2 | Htmx4) & {
      /** The selector is of htmx 2. */
      readonly config: { readonly disableSelector?: string }
      /** Dispatches an event; `false` when somebody has cancelled it. */
      trigger(element: Element, name: string, detail: object): boolean
    }
  }
}

/** The htmx of the page, of whichever major. */
export const { htmx } = window

/** Swaps as htmx does, once `extendHtmx` has been called. */
export let swap: Swap

/** Makes the extension `sse`; it tells of elements as htmx comes across them, or takes them away. */
export function extendHtmx(
  found: (element: Element) => void,
  removed: (element: Element) => void,
): void {
  if (htmx)
    swap = 'defineExtension' in htmx ? extendHtmx2(htmx, found, removed) : extendHtmx4(htmx, found)
}
