import type { NodeConnectionOptions } from '@nats-io/transport-node'
import { parseUrl } from './url.ts'

/** How the broker reaches NATS, and the stream that it keeps its events in. */
export interface NatsBrokerOptions {
  /**
   * `nats://[user[:password]@]host[:port][/stream]`; with `tls://` encrypted, and with a name alone
   * before the `@` that is a token. Servers of one cluster are separated by commas. Default
   * `nats://127.0.0.1:4222`.
   */
  readonly url?: string | undefined
  /** Passed on to the client's `connect`, and stronger than the URL: credentials, TLS, and so on. */
  readonly connection?: NodeConnectionOptions | undefined
  /** Name of the JetStream stream: letters, digits, `_` and `-`. Created if missing. Default `rivulet`. */
  readonly stream?: string | undefined
  /** What the subjects of the app begin with: one or more tokens of letters, digits, `_` and `-`. Default: as the stream. */
  readonly prefix?: string | undefined
  /** JetStream domain, where the server is a leaf node. */
  readonly domain?: string | undefined
  /** Milliseconds within which a publish or a read is rejected. Default 5000, 100 to 60,000. */
  readonly timeout?: number | undefined
  /** Milliseconds that a created stream keeps an event, whatever a topic asks for. Default 7 days. */
  readonly maxAge?: number | undefined
  /** Bytes of a created stream; beyond them the oldest events of all topics go. Default 1 GiB. */
  readonly maxBytes?: number | undefined
  /** Where a created stream is kept: `memory` is lost with the server. Default `file`. */
  readonly storage?: 'file' | 'memory' | undefined
  /** Servers of the cluster that hold a created stream, 1 to 5. Default 1. */
  readonly replicas?: number | undefined
  /** Bytes of events that this process keeps in memory, so that reading again is quick. Default 64 MiB. */
  readonly cache?: number | undefined
}

/** The options as the broker works with them. */
export interface Settings {
  readonly servers: readonly string[]
  /** The servers without passwords, for messages. */
  readonly name: string
  readonly connection: NodeConnectionOptions
  readonly stream: string
  readonly prefix: string
  readonly domain: string | undefined
  readonly timeout: number
  /** What the app has asked for; a stream that exists may have been made otherwise. */
  readonly asked: Pick<NatsBrokerOptions, 'maxAge' | 'maxBytes' | 'storage' | 'replicas'>
  readonly cache: number
}

/** Checks the options and fills in the defaults; throws naming the option. */
export function resolveOptions(given: string | NatsBrokerOptions = {}): Settings {
  const options = typeof given === 'string' ? { url: given } : given
  const { servers, stream: path, ...fromUrl } = parseUrl(options.url ?? 'nats://127.0.0.1:4222')
  const stream = options.stream ?? path ?? 'rivulet'
  const prefix = options.prefix ?? stream
  if (!/^[\w-]{1,64}$/.test(stream))
    throw refusal('stream', '1 to 64 letters, digits, _ and -', stream)
  if (!/^[\w-]+(\.[\w-]+)*$/.test(prefix) || prefix.length > 128)
    throw refusal('prefix', 'tokens of letters, digits, _ and -, with dots between them', prefix)
  const { maxAge, maxBytes, storage, replicas } = options
  check('maxAge', maxAge, 1000, Number.MAX_SAFE_INTEGER)
  check('maxBytes', maxBytes, 1024 * 1024, Number.MAX_SAFE_INTEGER)
  check('replicas', replicas, 1, 5)
  check('timeout', options.timeout, 100, 60_000)
  check('cache', options.cache, 0, Number.MAX_SAFE_INTEGER)
  if (storage !== undefined && storage !== 'file' && storage !== 'memory')
    throw refusal('storage', "'file' or 'memory'", storage)
  const own = options.connection?.servers
  const connected = own === undefined ? servers : typeof own === 'string' ? [own] : own
  return {
    servers: connected,
    name: connected.map((server) => `nats://${server.replace(/^.*(:\/\/|@)/, '')}`).join(','),
    connection: { ...fromUrl.connection, ...options.connection },
    stream,
    prefix,
    domain: options.domain,
    timeout: options.timeout ?? 5000,
    asked: { maxAge, maxBytes, storage, replicas },
    cache: options.cache ?? 64 * 1024 * 1024,
  }
}

function check(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return
  throw refusal(name, `a whole number from ${least} to ${most}`, value)
}

function refusal(name: string, expected: string, got: unknown): TypeError {
  return new TypeError(
    `The option "${name}" of the NATS broker is not right.\n\nExpected: ${expected}\nGot: ${JSON.stringify(got)}`,
  )
}
