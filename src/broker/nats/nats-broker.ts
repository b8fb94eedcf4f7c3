import type { Backlog, Broker, BrokerHealth, Listener, PublishOptions } from '../broker.ts'
import { createAsk } from './ask.ts'
import { NatsAudience } from './audience.ts'
import { backlogAfter, type Reading, type Retained } from './backlog.ts'
import { BadRecords } from './bad-records.ts'
import { NatsFeed } from './feed.ts'
import { NatsLink } from './link.ts'
import { LogCache } from './log-cache.ts'
import { type NatsBrokerOptions, resolveOptions } from './options.ts'
import { encodeText, publishDurable, publishEphemeral } from './publish.ts'
import type { Session } from './session.ts'
import { Standing } from './standing.ts'
import { openStream, type StreamState } from './stream.ts'
import { ephemeralPrefix, subjectOf } from './subject.ts'
import { Trimmer } from './trimmer.ts'

/**
 * The broker of several machines that have a NATS server (2.9 or newer, with JetStream): one stream
 * for the app, one subject per topic, one consumer per process.
 *
 * A cursor is `epoch.seq`: the stream's creation time and its sequence number, which all topics
 * share. The connection is made in the background, and again whenever it is lost; until then what
 * is asked waits, no longer than `timeout`. What a topic retains is reckoned by each reader from the
 * records themselves (see `TopicLog`); the stream is trimmed after it now and then.
 *
 * @example
 * const broker = createNatsBroker('nats://127.0.0.1:4222/shop')
 */
export function createNatsBroker(options?: string | NatsBrokerOptions): Broker {
  const settings = resolveOptions(options)
  const { prefix } = settings
  const standing = new Standing()
  const bad = new BadRecords()
  const cache = new LogCache(settings.cache, (subject, { seq, reason }) =>
    bad.add(subject, seq, reason),
  )
  const adopt = (state: StreamState, begins: boolean): void => {
    if (standing.adopt(state, begins)) cache.clear()
  }
  const link = new NatsLink(settings, (state) => adopt(state, true))
  const ask = createAsk(link, settings, problem)
  const askAgain = createAsk(link, settings, problem, true)
  const trimmer = new Trimmer(ask)
  const audience = new NatsAudience({ prefix, standing, cache, trimmer, bad })
  const feed = new NatsFeed(link, inspect, audience, settings)

  function problem(): string | undefined {
    return link.problem ?? feed.problem
  }

  async function inspect({ manager }: Session): Promise<StreamState> {
    const state = await openStream(manager, settings)
    adopt(state, false)
    return state
  }

  /** The topic's log with everything that was published before this. */
  async function read(session: Session, subject: string, alive: () => boolean): Promise<Reading> {
    const head = feed.live ? standing.head : (await inspect(session)).last
    return { log: await cache.read(session, subject, head, alive), head }
  }

  /** The topic's log as the feed keeps it, or else as it is read. */
  async function join(session: Session, subject: string, alive: () => boolean): Promise<Reading> {
    await feed.start()
    const log = cache.get(subject)
    return log?.isOpen ? { log, head: feed.position } : read(session, subject, alive)
  }

  function after(
    session: Session,
    reading: Reading,
    cursor: string | undefined,
  ): Promise<Retained> {
    return backlogAfter(reading, cursor, standing, () => inspect(session))
  }

  return {
    async publish(topic: string, text: string, options: PublishOptions): Promise<string> {
      const subject = subjectOf(options.ephemeral ? ephemeralPrefix(prefix) : prefix, topic)
      const outgoing = { ...options, subject, data: encodeText(topic, text) }
      return ask(`An event of ${topic} could not be published`, async (session, alive) => {
        if (options.ephemeral) {
          await publishEphemeral(session, outgoing)
          return standing.cursorAt(standing.head)
        }
        standing.checkAge(options.retention.age)
        const seq = await publishDurable(session, outgoing, () => inspect(session), alive)
        standing.saw(seq)
        trimmer.note(subject, outgoing.data.length, options.retention)
        return standing.cursorAt(seq)
      })
    },

    async read(topic: string, cursor?: string): Promise<Backlog | undefined> {
      const subject = subjectOf(prefix, topic)
      return askAgain(`${topic} could not be read`, async (session, alive) => {
        const { epoch } = standing
        const reading = await read(session, subject, alive)
        const { events, seq, lost } = await after(session, reading, cursor)
        if (lost) return undefined
        const entries = events.map(({ seq, text }) => ({ cursor: `${epoch}.${seq}`, text }))
        return { entries, cursor: `${epoch}.${seq}` }
      })
    },

    async subscribe(topic: string, cursor: string, listener: Listener): Promise<() => void> {
      const subject = subjectOf(prefix, topic)
      const subscription = audience.add(subject, listener)
      const unsubscribe = (): void => {
        audience.remove(subject, subscription)
        if (audience.isEmpty) feed.stop()
      }
      try {
        const what = `${topic} could not be subscribed to`
        const { seq, events, lost } = await askAgain(what, async (session, alive) =>
          after(session, await join(session, subject, alive), cursor),
        )
        const from = lost ? undefined : standing.parse(cursor)
        subscription.open(from ?? seq, events, from === undefined)
        return unsubscribe
      } catch (error) {
        unsubscribe()
        throw error
      }
    },

    compare(one: string, other: string): number | undefined {
      const [first, second] = [standing.parse(one), standing.parse(other)]
      return first === undefined || second === undefined ? undefined : first - second
    },

    health(): BrokerHealth {
      return {
        problem: problem(),
        reconnects: link.reconnects,
        badRecords: bad.count,
        lag: feed.lag,
      }
    },

    async close(): Promise<void> {
      trimmer.close()
      audience.clear()
      feed.stop()
      await link.close()
      cache.clear()
    },
  }
}
