/**
 * What every page runs beside htmx and its `sse` extension: it mends what these leave open.
 *
 * - After an answer other than 200 the extension opens a new EventSource on the URL of the first
 *   paint, so everything since would be shown again (htmx-ext-sse 2.2.4). Here the new one goes on
 *   from the last event that the old one had.
 * - A form that is swapped loses the focus, so that a keyboard starts again at the top of the page.
 */
interface Htmx {
  createEventSource?: (url: string) => EventSource
}

/** Of the sources that gave up, by the URL that they were opened with: the last id they had. */
const left = new Map<string, string[]>()

function createEventSource(url: string): EventSource {
  const last = left.get(url)?.shift()
  const from = new URL(url, location.href)
  if (last !== undefined) from.searchParams.set('after', last)
  const source = new EventSource(from, { withCredentials: true })
  let id = last
  const note = (event: Event): void => {
    id = (event as MessageEvent).lastEventId || id
  }
  const listened = new Set<string>()
  const listen = source.addEventListener.bind(source)
  source.addEventListener = (type: string, ...rest: [EventListener]) => {
    if (!listened.has(type)) listen(type, note)
    listened.add(type)
    listen(type, ...rest)
  }
  listen('error', () => {
    if (source.readyState !== EventSource.CLOSED || id === undefined) return
    left.set(url, [...(left.get(url) ?? []), id])
  })
  return source
}

const { htmx } = window as { htmx?: Htmx }
if (htmx !== undefined) htmx.createEventSource = createEventSource

document.addEventListener('htmx:afterSettle', ({ target }) => {
  if (document.activeElement !== document.body || !(target instanceof HTMLFormElement)) return
  const controls = [...target.querySelectorAll<HTMLInputElement>('input, select, textarea')]
  const next =
    controls.find((control) => control.ariaInvalid === 'true') ??
    controls.find((control) => control.value === '')
  next?.focus()
})
