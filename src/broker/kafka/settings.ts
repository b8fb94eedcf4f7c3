import type { ConnectionOptions } from 'node:tls'
import type { Address } from './protocol/metadata.ts'
import type { SaslOptions } from './protocol/sasl.ts'

/** How the Kafka broker is set up. What the URL says too is overridden here. */
export interface KafkaOptions {
  /**
   * `kafka://host:port,host2:port/topic`, with TLS `kafkas://`. The port is 9092 unless given. A user and a
   * password (`kafka://user:password@…`, percent-encoded) log in by SCRAM-SHA-512, or as `?sasl=` says.
   * `?partitions=`, `?replicas=`, `?timeout=` and `?create=false` are the options of these names.
   */
  readonly url: string
  /** Partitions of the topic when it is created here: 1 to 10,000. Default 1. An existing topic keeps its own. */
  readonly partitions?: number
  /** Replicas of each partition when the topic is created here. Default: what the servers are set to. */
  readonly replicas?: number
  /** Whether to create the topic when it does not exist. Default true. */
  readonly create?: boolean
  /** Settings of the topic when it is created here, such as `retention.ms`. */
  readonly config?: Readonly<Record<string, string>>
  /** Milliseconds after which publish and read give up: 100 to 60,000. Default 5,000. */
  readonly timeout?: number
  /**
   * Milliseconds that a server may keep a reader waiting while there is nothing new: 10 to 30,000, and at
   * most half of `timeout`. Default 1,000.
   * Kafka answers at once when something comes; what only imitates it may not.
   */
  readonly wait?: number
  /** TLS: `true`, or what `tls.connect` of Node takes (`ca`, `cert`, `key`, `servername`). */
  readonly tls?: boolean | ConnectionOptions
  /** How to log in. */
  readonly sasl?: SaslOptions
  /** What the servers call this client in logs and quotas. Default `rivulet`. */
  readonly clientId?: string
  /** What this process keeps of the log's end, for first paints and replay. */
  readonly history?: {
    /** Records that are read when it starts. Default 100,000. */
    readonly records?: number
    /** Bytes that it keeps. Default 67,108,864. */
    readonly bytes?: number
  }
  /** Bytes that are read from Kafka for one replay from before `history`. Default 16,777,216. */
  readonly replayBytes?: number
  /** Where to connect instead of where a server says that it listens: through a tunnel, say. */
  readonly route?: (address: Address) => Address
}

/** The options, checked and complete. */
export interface KafkaSettings {
  readonly seeds: readonly Address[]
  readonly topic: string
  readonly create: boolean
  readonly partitions: number
  readonly replicas: number
  readonly config: Readonly<Record<string, string>>
  readonly timeout: number
  readonly wait: number
  readonly tls: ConnectionOptions | undefined
  readonly sasl: SaslOptions | undefined
  readonly clientId: string
  readonly history: { readonly records: number; readonly bytes: number }
  readonly replayBytes: number
  readonly route: (address: Address) => Address
  /** The URL without a password, for messages. */
  readonly name: string
}

const MEBIBYTE = 1024 * 1024
const PASSWORD_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const URL_FORM = /^(kafkas?):\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/([^/?#]*)(?:\?([^#]*))?$/

/** Checks a URL or options; throws where they cannot be meant. */
export function parseSettings(given: string | KafkaOptions): KafkaSettings {
  const options: KafkaOptions = typeof given === 'string' ? { url: given } : given
  const [, scheme, login, hosts = '', topic = '', search] = URL_FORM.exec(options.url) ?? []
  if (scheme === undefined)
    throw refused('kafka://host:port,host2:port/topic', withoutPassword(options.url))
  const name = `${scheme}://${hosts}/${topic}`
  if (!/^[\w.-]{1,249}$/.test(topic) || /^\.\.?$/.test(topic))
    throw refused('a topic of 1 to 249 letters, digits, dots, underscores and hyphens', topic)
  const query = new URLSearchParams(search)
  checkQuery(query, name)
  const { create = query.get('create') !== 'false', tls = scheme === 'kafkas' } = options
  const number = (
    key: 'partitions' | 'replicas' | 'timeout',
    least: number,
    most: number,
    or: number,
  ) => inRange(key, options[key] ?? numberOf(query.get(key)) ?? or, least, most)
  const timeout = number('timeout', 100, 60_000, 5000)
  return {
    seeds: hosts.split(',').map((host) => parseAddress(host, name)),
    topic,
    create,
    partitions: number('partitions', 1, 10_000, 1),
    replicas: number('replicas', -1, 100, -1),
    config: options.config ?? {},
    timeout,
    wait: Math.min(inRange('wait', options.wait ?? 1000, 10, 30_000), Math.floor(timeout / 2)),
    tls: tls === true ? {} : tls === false ? undefined : tls,
    sasl: options.sasl ?? parseLogin(login, query.get('sasl')),
    clientId: options.clientId ?? 'rivulet',
    history: {
      records: inRange('history.records', options.history?.records ?? 100_000, 0, 1e9),
      bytes: inRange('history.bytes', options.history?.bytes ?? 64 * MEBIBYTE, 0, 1e12),
    },
    replayBytes: inRange('replayBytes', options.replayBytes ?? 16 * MEBIBYTE, 0, 1e12),
    route: options.route ?? ((address) => address),
    name,
  }
}

function checkQuery(query: URLSearchParams, name: string): void {
  const known = ['partitions', 'replicas', 'timeout', 'create', 'sasl']
  for (const key of query.keys()) {
    if (!known.includes(key)) throw refused(`${name} with ${known.join(', ')} after the "?"`, key)
  }
}

function parseAddress(text: string, name: string): Address {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(text) ?? []
  if (host === undefined || Number(port ?? 9092) > 65_535)
    throw refused('host:port', `${text} in ${name}`)
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? 9092) }
}

function parseLogin(login: string | undefined, mechanism: string | null): SaslOptions | undefined {
  const known = PASSWORD_MECHANISMS.find((one) => one === (mechanism ?? 'scram-sha-512'))
  if (known === undefined)
    throw refused(`?sasl=${PASSWORD_MECHANISMS.join(' or ')}`, mechanism ?? '')
  if (login === undefined) return undefined
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/.exec(login) ?? []
  try {
    const decoded = {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    }
    return { mechanism: known, ...decoded }
  } catch {
    throw refused('a user and a password that are percent-encoded', 'a "%" that begins no byte')
  }
}

function numberOf(text: string | null): number | undefined {
  return text === null ? undefined : text === '' ? NaN : Number(text)
}

function inRange(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw refused(`${what} from ${least} to ${most}, a whole number`, String(value))
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/, '//…@')
}

function refused(expected: string, got: string): TypeError {
  return new TypeError(`The Kafka broker cannot be set up like that.

Expected: ${expected}
Got: ${got}`)
}
