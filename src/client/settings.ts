/**
 * What a page may set, as `<meta name="rivulet" data-hidden="300000">` does; times are in milliseconds.
 */
export interface Settings {
  /** A connection that brings no byte for so long is dead. Default 45,000: three heartbeats. */
  readonly silence: number
  /** A page that is hidden for so long lets go of its connection; 0 for never. Default 60,000. */
  readonly hidden: number
  /** The most topics that the server takes on one connection. Default 100. */
  readonly topics: number
  /** What the back-off starts with, until the server says `retry:`. Default 3,000. */
  readonly retry: number
  /** What the back-off ends with, unless the server's `retry:` is longer. Default 30,000. */
  readonly longest: number
}

/** What this page has set. Of the meta element these are texts, which count as numbers in sums. */
export const settings: Settings = Object.assign(
  { silence: 45_000, hidden: 60_000, topics: 100, retry: 3_000, longest: 30_000 },
  document.querySelector<HTMLElement>('meta[name=rivulet]')?.dataset,
)
