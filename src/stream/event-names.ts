import { isToken } from '../sse/event.ts'
import { CONTROL_EVENTS } from './blocks.ts'

/** Those of EventSource itself (HTML standard, 9.2.2), and Rivulet's own. */
const TAKEN: ReadonlySet<string> = new Set(['open', 'error', ...CONTROL_EVENTS])

/** Throws for a name that cannot be sent as an event's; `source` is the declaration's file and line. */
export function checkEventNames(source: string, names: readonly string[]): void {
  for (const name of names) {
    if (isToken(name) && !TAKEN.has(name)) continue
    throw new TypeError(`The stream of ${source} has an event that cannot be sent.

Expected: a name of 1 to 128 printable ASCII characters without space and comma, and none of ${[...TAKEN].join(', ')}
Got: ${JSON.stringify(name.slice(0, 140))}`)
  }
}
