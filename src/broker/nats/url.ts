import type { NodeConnectionOptions } from '@nats-io/transport-node'

/** What a URL says about where NATS is. */
export interface NatsUrl {
  /** `host:port`, one or more. */
  readonly servers: readonly string[]
  readonly connection: NodeConnectionOptions
  readonly stream: string | undefined
}

/**
 * Reads `nats://[user[:password]@]host[:port][,host[:port]…][/stream]`.
 *
 * The client itself knows neither credentials nor `tls:` in a URL (transport-node 3.4). What is
 * thrown shows no password.
 */
export function parseUrl(text: string): NatsUrl {
  const parts = text.split(',')
  const urls = parts.map((part, index) =>
    parse(part.includes('://') || index === 0 ? part : `nats://${part}`, text),
  )
  const { username, password } = urls.find(({ username }) => username !== '') ?? urls[0] ?? {}
  const path = urls.at(-1)?.pathname.replace(/^\/|\/$/g, '') ?? ''
  const user = decodeURIComponent(username ?? '')
  const pass = decodeURIComponent(password ?? '')
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port === '' ? '4222' : port}`),
    connection: {
      ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
      ...(urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    },
    stream: path === '' ? undefined : decodeURIComponent(path),
  }
}

function parse(part: string, whole: string): URL {
  const url = URL.canParse(part) ? new URL(part) : undefined
  const known = url?.protocol === 'nats:' || url?.protocol === 'tls:'
  if (url !== undefined && known && url.hostname !== '' && url.search === '' && url.hash === '')
    return url
  throw new TypeError(`The URL of the NATS broker is not right.

Expected: nats://[user:password@]host[:port][/stream], or tls://…
Got: ${whole.replace(/\/\/[^/@]*@/g, '//…@')}`)
}
