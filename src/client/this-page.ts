import { createExchange, type Exchange } from './exchange.ts'

declare global {
  interface Window {
    /** Where `share.ts` was loaded before: makes an exchange of several tabs of this page's own. */
    rivuletShare?: (own: Exchange) => Exchange
  }
}

const own = createExchange()

/** Where all live parts of the page get their blocks from. */
export const exchange = window.rivuletShare?.(own) ?? own

/** While nobody looks at the page, nobody listens. */
export let isResting = false

export function setResting(to: boolean): void {
  isResting = to
}
