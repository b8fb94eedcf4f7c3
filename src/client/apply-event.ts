import { htmx, swap } from './htmx.ts'

/** The targets of each part: to look them up for each event takes longer than the rest, in a long list. */
let known = new WeakMap<Element, readonly Element[]>()

/** Forgets them where there may be others in new markup; those that are gone are passed over anyway. */
export function seeMarkup(html: string): void {
  if (/sse[-:]/i.test(html)) known = new WeakMap()
}

/**
 * Gives an event to those elements of a part that ask for it: `sse-swap` swaps its data,
 * `hx-trigger="sse:name"` hears of it.
 */
export function applyEvent(part: Element, event: MessageEvent<string>): void {
  const targets = known.get(part) ?? [
    part,
    ...part.querySelectorAll('[sse-swap],[hx-trigger*="sse:"]'),
  ]
  known.set(part, targets)
  // What htmx keeps out of may be the markup of strangers.
  const ignored = htmx!.config.disableSelector ?? '[hx-ignore],[data-hx-ignore]'
  for (const element of targets) {
    const nearest = element.closest(`[sse-connect],[hx-ext*="ignore:sse"],${ignored}`)
    if (nearest !== part || !element.isConnected) continue
    // Behind a name in hx-trigger there are modifiers or a filter.
    const names = (name: string) => element.getAttribute(name)?.split(/[\s,[]+/)
    const report = (): boolean => htmx!.trigger(element, 'htmx:sseMessage', event)
    if (
      names('sse-swap')?.includes(event.type) &&
      htmx!.trigger(element, 'htmx:sseBeforeMessage', event)
    ) {
      try {
        const swapped = swap(element, event.data)
        void (swapped?.then(report) ?? report())
      } catch (error) {
        // As of a listener: the others get the event all the same.
        reportError(error)
      }
    }
    if (names('hx-trigger')?.includes(`sse:${event.type}`)) {
      htmx!.trigger(element, `sse:${event.type}`, event)
      report()
    }
  }
  // What it has brought along may be the targets of the next, which comes before any observer is told.
  seeMarkup(event.data)
}
