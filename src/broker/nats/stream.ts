import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import type { Settings } from './options.ts'
import { anchorSubject, ephemeralPrefix } from './subject.ts'

/** How the stream stands. */
export interface StreamState {
  /** Tells this stream from one of the same name that was made at another time. */
  readonly epoch: string
  /** The oldest sequence number that the stream has not evicted. */
  readonly first: number
  readonly last: number
  /** Milliseconds after which the stream evicts any event; 0 for never. */
  readonly maxAge: number
  /** Whether it holds subjects that are not the app's. */
  readonly shared: boolean
  /** What the app asks for and the stream does not have, in words. */
  readonly differs: string | undefined
}

/** Thrown when a stream of that name exists that the broker cannot keep its promises with. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused'
}

const WEEK = 7 * 24 * 60 * 60 * 1000
const GIBIBYTE = 1024 ** 3
/** Nanoseconds of a millisecond: JetStream counts time in them. */
const MILLISECOND = 1_000_000
/** JetStream error codes. */
const NOT_FOUND = 10059
const NAME_IN_USE = 10058

/** Looks at the stream, and makes it if there is none; throws `StreamRefused` if it will not do. */
export async function openStream(
  manager: JetStreamManager,
  settings: Settings,
): Promise<StreamState> {
  try {
    return await inspectStream(manager, settings)
  } catch (error) {
    if (!hasCode(error, NOT_FOUND)) throw error
  }
  try {
    await manager.streams.add(configOf(settings))
    // Holds the stream's first sequence number where it is while events after it are deleted.
    await manager.jetstream().publish(anchorSubject(settings.prefix), 'The stream begins here.')
  } catch (error) {
    // Another process was quicker, and asked for something else.
    if (!hasCode(error, NAME_IN_USE)) throw error
  }
  return inspectStream(manager, settings)
}

/** Looks at the stream; throws when there is none. */
async function inspectStream(manager: JetStreamManager, settings: Settings): Promise<StreamState> {
  const { config, state, created } = await manager.streams.info(settings.stream)
  const reason = refusal(config, settings.prefix)
  if (reason !== undefined)
    throw new StreamRefused(`The stream "${settings.stream}" of NATS at ${settings.name} exists, and cannot be used.

Expected: ${reason.expected}
Got: ${reason.got}
Change it with "nats stream edit ${settings.stream}", or give the broker another stream: nats://host:port/name.`)
  return {
    epoch: BigInt(created.replace(/\D/g, '')).toString(36),
    first: state.first_seq,
    last: state.last_seq,
    maxAge: (config.max_age ?? 0) / MILLISECOND,
    shared: config.subjects?.length !== 1 || config.subjects[0] !== `${settings.prefix}.>`,
    differs: differences(config, settings),
  }
}

function differences(config: StreamConfig, { asked }: Settings): string | undefined {
  const pairs = [
    ['maxAge', asked.maxAge, (config.max_age ?? 0) / MILLISECOND],
    ['maxBytes', asked.maxBytes, config.max_bytes],
    ['storage', asked.storage, config.storage],
    ['replicas', asked.replicas, config.num_replicas],
  ] as const
  const found = pairs.filter(([, wanted, is]) => wanted !== undefined && wanted !== is)
  if (found.length === 0) return undefined
  return found.map(([name, wanted, is]) => `${name} is ${is}, asked for: ${wanted}`).join('; ')
}

function configOf({ stream, prefix, asked }: Settings): Partial<StreamConfig> & { name: string } {
  return {
    name: stream,
    subjects: [`${prefix}.>`],
    retention: 'limits',
    discard: 'old',
    storage: asked.storage ?? 'file',
    num_replicas: asked.replicas ?? 1,
    max_age: (asked.maxAge ?? WEEK) * MILLISECOND,
    max_bytes: asked.maxBytes ?? GIBIBYTE,
    max_msgs_per_subject: -1,
  }
}

/**
 * Why a stream will not do. Events may go in two ways only: the oldest of the whole stream, which
 * its first sequence number tells, and by the broker itself, which leaves word of it. Whatever else
 * removes events would leave holes that nobody could know of.
 */
function refusal(
  config: StreamConfig,
  prefix: string,
): { expected: string; got: string } | undefined {
  // A mirror has none, whatever the client's type says.
  const subjects = (config.subjects as string[] | undefined) ?? []
  const expect = (expected: string, got: string) => ({ expected, got })
  const list = subjects.join(', ')
  if (!covers(subjects, prefix)) return expect(`a stream with the subjects ${prefix}.>`, list)
  if (covers(subjects, ephemeralPrefix(prefix)))
    return expect(`a stream without the subjects ${ephemeralPrefix(prefix)}.>`, list)
  if (config.retention !== 'limits') return expect('retention: limits', config.retention)
  if (config.discard !== 'old') return expect('discard: old', String(config.discard))
  if (config.max_msgs_per_subject > 0)
    return expect('no max_msgs_per_subject', String(config.max_msgs_per_subject))
  const unwanted = ['no_ack', 'sealed', 'deny_delete', 'deny_purge', 'allow_msg_ttl'] as const
  const flag = unwanted.find((name) => config[name] === true)
  return flag === undefined ? undefined : expect(`${flag}: false`, `${flag}: true`)
}

function covers(subjects: readonly string[], prefix: string): boolean {
  return subjects.some(
    (subject) => subject.endsWith('>') && `${prefix}.`.startsWith(subject.slice(0, -1)),
  )
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
