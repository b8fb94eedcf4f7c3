import { isToken } from './event.ts'

/**
 * Where a client wants to go on: the `Last-Event-ID` header, else `?after=`.
 *
 * `undefined` when it names nothing; `null` when it names something that no server of ours ever
 * sent (too long, or not an id), which has to be answered as a gap, since EventSource gives up for
 * good on any 4xx.
 */
export function lastEventId(request: Request): string | null | undefined {
  const id = request.headers.get('last-event-id') || new URL(request.url).searchParams.get('after')
  if (!id) return undefined
  return isToken(id) ? id : null
}
