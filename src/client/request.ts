import type { Feed } from './feed.ts'

/** Asks for topics on one connection, each from its own cursor on. */
export function sharedUrl(feeds: Iterable<Feed>): string {
  const topics = Array.from(feeds, ({ source: { topic }, cursor }) =>
    encodeURIComponent(`${topic}@${cursor ?? ''}`),
  )
  return `${location.origin}/sse?on=${topics.join('&on=')}`
}

/** Asks a URL for what comes after a cursor: Rivulet's in its query, others as EventSource does. */
export function ownRequest({
  source,
  cursor,
}: Feed): [url: URL, headers?: Readonly<Record<string, string>>] {
  const url = new URL(source.url)
  if (cursor && !source.isRivulet)
    // Header values are bytes: those of UTF-8, as EventSource sends them (HTML standard, 9.2.4).
    return [url, { 'last-event-id': unescape(encodeURIComponent(cursor)) }]
  if (cursor) url.searchParams.set('after', cursor)
  return [url]
}
