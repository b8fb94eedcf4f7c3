import { Html } from '../html/html.ts'

/** The longest time between two loads of a page, in seconds: a day. */
const LONGEST = 86_400

/**
 * A painted stream with what keeps it up to date where no script runs. Throws for a fallback that is
 * none.
 */
export function withFallback(painted: Html, fallback: unknown): Html {
  if (fallback === undefined) return painted
  const seconds = /^refresh:(\d{1,5})s$/.exec(typeof fallback === 'string' ? fallback : '')?.[1]
  if (seconds === undefined || Number(seconds) < 1 || Number(seconds) > LONGEST) {
    throw new TypeError(`A stream was given a fallback that is none.

Expected: fallback="refresh:10s", 1 to ${LONGEST} seconds
Got: ${JSON.stringify(fallback)}`)
  }
  const refresh = `<noscript><meta http-equiv="refresh" content="${Number(seconds)}"/></noscript>`
  return new Html(painted.markup + refresh)
}
