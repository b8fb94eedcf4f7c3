import { htmx, swap } from './htmx.ts'

const TARGETS = '[sse-swap],[hx-trigger*="sse:"]'

/** The targets of a part are looked up once for each piece of the stream. */
let latest: Element | undefined
let targets: readonly Element[]

/**
 * Gives an event to those elements of a part that ask for it: `sse-swap` swaps its data,
 * `hx-trigger="sse:name"` hears of it.
 */
export function applyEvent(part: Element, event: MessageEvent<string>): void {
  if (part !== latest) {
    latest = part
    targets = [part, ...part.querySelectorAll(TARGETS)]
    queueMicrotask(() => (latest = undefined))
  }
  // What htmx keeps out of may be the markup of strangers.
  const ignored = htmx!.config.disableSelector ?? '[hx-ignore],[data-hx-ignore]'
  for (const element of targets) {
    const nearest = element.closest(`[sse-connect],[hx-ext*="ignore:sse"],${ignored}`)
    if (!element.isConnected || nearest !== part) continue
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
  // It may have brought along others.
  if (/sse[-:]/.test(event.data)) latest = undefined
}
