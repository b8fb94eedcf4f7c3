import { parts } from './parts.ts'
import { settings } from './settings.ts'
import { exchange, setResting } from './this-page.ts'

let timer: ReturnType<typeof setTimeout> | undefined

function rest(to: boolean): void {
  setResting(to)
  for (const part of parts.values()) part.update()
}

function follow({ type }: Event): void {
  clearTimeout(timer)
  // An open connection would keep the page out of the browser's back-forward cache.
  if (type === 'pagehide') return rest(true)
  if (!document.hidden) rest(false)
  else if (+settings.hidden) timer = setTimeout(rest, settings.hidden, true)
  // What is back online may be another network, in which no old connection lives on.
  exchange.wake(type === 'online')
}

/** Lets the parts rest while nobody looks at the page, and wakes them when somebody does. */
export function followAttention(): void {
  // Those of the document come by here on their way down.
  for (const type of ['visibilitychange', 'pageshow', 'pagehide', 'online'])
    addEventListener(type, follow, true)
}
