import type { Redis, RedisOptions } from 'ioredis'
import { type RedisAddress, parseAddress } from './address.ts'

/** What a Redis broker can be told. Everything but the server has a default. */
export interface RedisBrokerOptions {
  /**
   * The server: `redis://[user:password@]host[:6379][/database]`,
   * `redis+sentinel://[user:password@]host[:26379][,host…]/name[/database]` or
   * `redis+cluster://[user:password@]host[:6379][,host…]`; `rediss` instead of `redis` for TLS.
   * `?prefix=`, `shards=`, `timeout=` and `replicas=` can stand behind it.
   */
  readonly url?: string | undefined
  /**
   * A client of ioredis to take the server and all settings from, instead of a URL. The broker opens
   * connections of its own; this one stays yours to use and to close. A Cluster is named by its URL.
   */
  readonly client?: Redis | undefined
  /** Settings of ioredis for every connection: `tls` with certificates, `sentinelPassword`, `natMap`… */
  readonly connection?: RedisOptions | undefined
  /** What all keys begin with, as `{prefix:0}`; no braces. Default `rivulet`. */
  readonly prefix?: string | undefined
  /**
   * Over how many slots topics are spread; 1 to 256, the same on every process, and for good: other
   * shards hold other topics. Default 8 in a Cluster, 1 elsewhere.
   */
  readonly shards?: number | undefined
  /** Milliseconds after which `publish`, `read` and `subscribe` are rejected; 100 to 600,000. Default 5,000. */
  readonly timeout?: number | undefined
  /**
   * Replicas that must have an event before `publish` resolves (`WAIT`); 0 to 16. Default 0: a
   * failover can then lose what the replica did not have yet, and every listener is told of a gap.
   */
  readonly replicas?: number | undefined
  /**
   * Events that a shard's feed holds; at least 100. A process that falls further behind reads the logs of
   * its topics instead. Default 10,000.
   */
  readonly feedEvents?: number | undefined
  /** Bytes of text that a shard's feed holds; at least 65,536. Default 33,554,432. */
  readonly feedBytes?: number | undefined
}

/** The options, checked and complete. */
export interface RedisSettings {
  readonly address: RedisAddress
  readonly connection: RedisOptions
  readonly prefix: string
  readonly shards: number
  readonly timeout: number
  readonly replicas: number
  readonly feedEvents: number
  readonly feedBytes: number
}

/** Checks what a broker was told; throws what is wrong with it, without any password. */
export function readSettings(given: string | RedisBrokerOptions): RedisSettings {
  const options = typeof given === 'string' ? { url: given } : given
  const { address, connection } = readServer(options)
  const { query } = address
  const prefix = options.prefix ?? query.get('prefix') ?? 'rivulet'
  if (!/^[^{}\s]{1,100}$/.test(prefix)) {
    throw refused('prefix', '1 to 100 characters without braces and spaces', prefix)
  }
  const number = (name: NumberOption, least: number, most: number, fallback: number): number => {
    const asked = options[name] ?? query.get(name) ?? fallback
    const value = asked === '' ? NaN : Number(asked)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw refused(name, `a whole number from ${least} to ${most}`, String(asked))
  }
  return {
    address,
    connection,
    prefix,
    shards: number('shards', 1, 256, address.kind === 'cluster' ? 8 : 1),
    timeout: number('timeout', 100, 600_000, 5_000),
    replicas: number('replicas', 0, 16, 0),
    feedEvents: number('feedEvents', 100, 1e9, 10_000),
    feedBytes: number('feedBytes', 65_536, 1e12, 32 * 1024 * 1024),
  }
}

type NumberOption = 'shards' | 'timeout' | 'replicas' | 'feedEvents' | 'feedBytes'

/** What the broker's connections are made of, whatever a client of the user's says. */
function readServer({ url, client, connection = {} }: RedisBrokerOptions): {
  address: RedisAddress
  connection: RedisOptions
} {
  if ((url === undefined) === (client === undefined)) {
    throw refused('server', 'either a url or a client', url === undefined ? 'neither' : 'both')
  }
  if (client === undefined) {
    const address = parseAddress(url ?? '')
    return { address, connection: { ...address.connection, ...connection } }
  }
  const query = new URLSearchParams()
  if ('nodes' in client)
    throw refused('client', 'a Redis of ioredis, or the URL of a Cluster', 'a Cluster')
  const { host, port, db = 0, sentinels, name } = client.options
  const nodes = (sentinels ?? []).map((node) => ({
    host: node.host ?? '',
    port: node.port ?? 26379,
  }))
  const shown = sentinels
    ? `redis+sentinel://${nodes.map((node) => `${node.host}:${node.port}`).join(',')}/${name}/${db}`
    : `redis://${host}:${port}/${db}`
  return {
    address: { kind: sentinels ? 'sentinel' : 'standalone', nodes, shown, query, connection: {} },
    connection: { ...client.options, ...connection },
  }
}

function refused(what: string, expected: string, got: string): TypeError {
  return new TypeError(`The redis broker cannot be made: its ${what} is not right.

Expected: ${expected}
Got: ${got.slice(0, 120)}`)
}
