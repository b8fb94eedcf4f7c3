import { createExchange, type Exchange } from './exchange.ts'

declare global {
  interface Window {
    /** Where `share.ts` was loaded before: makes an exchange of several tabs of this page's own. */
    rivuletShare?: (own: Exchange) => Exchange
  }
}

const own = createExchange()

/** What all live parts of the page have in common. */
export const thisPage = {
  exchange: window.rivuletShare?.(own) ?? own,
  /** While nobody looks at it, nobody listens. */
  isResting: false,
}
