import type { RedisOptions } from 'ioredis'

export interface RedisNode {
  readonly host: string
  readonly port: number
}

/** Where Redis is, as a URL says it. */
export interface RedisAddress {
  readonly kind: 'standalone' | 'sentinel' | 'cluster'
  /** The server, the sentinels, or some nodes of the Cluster. */
  readonly nodes: readonly RedisNode[]
  /** The URL without user, password and query, for logs and errors. */
  readonly shown: string
  /** What stands behind the question mark. */
  readonly query: URLSearchParams
  /** What ioredis needs for a connection. */
  readonly connection: RedisOptions
}

const FORM =
  /^(?<scheme>redis|rediss)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<credentials>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/i
const QUERY = ['prefix', 'shards', 'timeout', 'replicas', 'feedEvents', 'feedBytes']

/**
 * Reads a URL; throws what is wrong with it, without its password.
 *
 * Not by `new URL`, which refuses several hosts with ports.
 */
export function parseAddress(url: string): RedisAddress {
  const {
    scheme,
    kind: named,
    credentials,
    hosts = '',
    path = '',
    query: search,
  } = FORM.exec(url)?.groups ?? {}
  if (scheme === undefined) throw refused(url, 'another form')
  // Before any part of it is shown: what looks like a host may be half a password.
  if (url.indexOf('@') !== url.lastIndexOf('@') || (credentials === undefined && url.includes('@')))
    throw refused(url, 'an @ too many, or / ? # in a password: write them as %40, %2F, %3F and %23')
  const kind = (named?.toLowerCase() ?? 'standalone') as RedisAddress['kind']
  const nodes = hosts
    .split(',')
    .map((node) => parseNode(url, node, kind === 'sentinel' ? 26379 : 6379))
  const parts = path.split('/').filter((part) => part !== '')
  const name = kind === 'sentinel' ? decode(url, parts.shift() ?? '') : undefined
  const db = parts.shift() ?? '0'
  if (name === '') throw refused(url, 'no name of the master')
  if (!/^\d{1,5}$/.test(db) || parts.length > 0) throw refused(url, `the path /${path}`)
  if (kind === 'cluster' && db !== '0') throw refused(url, 'a database; a Cluster has none but 0')
  if (kind === 'standalone' && nodes.length > 1) throw refused(url, `${nodes.length} hosts`)
  const query = new URLSearchParams(search)
  for (const option of query.keys()) {
    if (!QUERY.includes(option))
      throw refused(url, `the option ${option}; known are ${QUERY.join(', ')}`)
  }
  const tls = scheme.toLowerCase() === 'rediss'
  const [first] = nodes
  return {
    kind,
    nodes,
    query,
    shown: redact(url),
    connection: {
      ...readCredentials(url, credentials),
      ...(kind === 'standalone' && first),
      ...(kind !== 'cluster' && { db: Number(db) }),
      ...(kind === 'sentinel' && { sentinels: nodes.map((node) => ({ ...node })), name }),
      ...(tls && { tls: {} }),
      ...(tls && kind === 'sentinel' && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
    },
  }
}

function parseNode(url: string, node: string, fallback: number): RedisNode {
  const [, host, port = String(fallback)] =
    /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(node) ?? []
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw refused(url, `the host ${node}`)
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/** `user:password@`, `:password@` and, as Redis has no user without one, `password@`. */
function readCredentials(url: string, credentials: string | undefined): RedisOptions {
  if (credentials === undefined || credentials === '') return {}
  const colon = credentials.indexOf(':')
  const username = decode(url, credentials.slice(0, Math.max(colon, 0)))
  const password = decode(url, credentials.slice(colon + 1))
  return username === '' ? { password } : { username, password }
}

function decode(url: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    throw refused(url, 'a % that stands for nothing', error)
  }
}

/** Everything up to the last @ may be a password, also where the URL is none. */
function redact(url: string): string {
  const scheme = /^[a-z+]+:\/\//i.exec(url)?.[0] ?? ''
  return scheme + url.slice(url.lastIndexOf('@') + 1 || scheme.length).replace(/[?#].*$/s, '')
}

function refused(url: string, got: string, cause?: unknown): TypeError {
  return new TypeError(
    `This is no URL of Redis: ${redact(url).slice(0, 200)}

Expected: redis://[user:password@]host[:port][/database],
  redis+sentinel://[user:password@]host[:port][,host…]/name[/database] or
  redis+cluster://[user:password@]host[:port][,host…]; rediss instead of redis for TLS
Got: ${got}`,
    { cause },
  )
}
