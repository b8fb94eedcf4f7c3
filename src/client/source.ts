/** What an element connects to. */
export interface Source {
  /** Without the cursor, where the URL is one of Rivulet's. */
  readonly url: URL
  /** Whether its blocks `reset`, `end`, `denied` and `expired` are Rivulet's own. */
  readonly isRivulet: boolean
  /** The name by which it can share a connection with others; `false` where it cannot. */
  readonly topic: string | false
  /** The last event that the element holds. */
  cursor: string | null
  /** Whether the server has let it in before. */
  wasOpen?: boolean
  /** How `fetch` may go there. */
  readonly access: Pick<RequestInit, 'mode' | 'credentials'>
}

/**
 * Reads `sse-connect` and, for another origin, `sse-crossorigin`. Throws for what is no URL, and for one
 * of another origin without that.
 */
export function readSource(element: Element): Source {
  const url = new URL(element.getAttribute('sse-connect')!, document.baseURI)
  const { origin, pathname, searchParams } = url
  const isOwn = origin === location.origin
  const credentials = isOwn ? 'same-origin' : element.getAttribute('sse-crossorigin')
  if (!credentials) throw new Error(`${url} takes sse-crossorigin.`)
  const isRivulet = pathname.startsWith('/sse/')
  const cursor = isRivulet ? searchParams.get('after') : null
  if (isRivulet) searchParams.delete('after')
  return {
    url,
    isRivulet,
    cursor,
    // `authorize` may look at a query, which a shared connection has no place for.
    topic: isOwn && isRivulet && !url.search && pathname.slice(5),
    access: {
      mode: isOwn ? 'same-origin' : 'cors',
      credentials: credentials as RequestCredentials,
    },
  }
}
