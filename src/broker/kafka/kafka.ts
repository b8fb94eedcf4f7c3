import type { Backlog, Broker, BrokerHealth, Listener, PublishOptions } from '../broker.ts'
import { Attempts } from './attempts.ts'
import { Places } from './places.ts'
import { parsePosition } from './position.ts'
import { Publisher } from './publisher.ts'
import { Reader } from './reader.ts'
import { Replays } from './replays.ts'
import { Requests } from './requests.ts'
import { type KafkaOptions, parseSettings } from './settings.ts'
import { Standing } from './standing.ts'

/**
 * The broker of several machines that have a Kafka: all events in one topic of it, which each process reads for
 * itself. Nothing is connected before something is published or read.
 *
 * A cursor is `epoch.partition.offset`. The offset is that of the next record, and the epoch tells one life of
 * the Kafka topic, and one number of its partitions, from the next.
 *
 * @example
 * createKafkaBroker('kafka://kafka-1:9092,kafka-2:9092/my-app')
 * createKafkaBroker({ url: 'kafkas://user:secret@kafka-1:9093/my-app', config: { 'retention.ms': '86400000' } })
 */
export function createKafkaBroker(options: string | KafkaOptions): Broker {
  const settings = parseSettings(options)
  const { name, timeout } = settings
  const standing = new Standing(name)
  const requests = new Requests(settings, standing)
  const reader = new Reader(settings, standing)
  const publisher = new Publisher(settings, requests, standing)
  const places = new Places(reader, requests, new Replays(settings, requests))
  const attempts = new Attempts(timeout)

  function bounded<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = (): Error =>
      new Error(`${what}. ${standing.problem ?? `${name}: no answer within ${timeout} ms`}`)
    return attempts.run(late, work)
  }

  return {
    publish(topic: string, text: string, options: PublishOptions): Promise<string> {
      return publisher.publish(topic, text, options)
    },
    read(topic: string, after?: string): Promise<Backlog | undefined> {
      return bounded(`${topic} was not read`, (signal) =>
        places.find(topic, after, signal, ({ log, retained, offset }) => {
          const entries = retained?.map(({ entry }) => entry)
          return entries && { entries, cursor: log.cursor(offset) }
        }),
      )
    },
    subscribe(topic: string, after: string, listener: Listener): Promise<() => void> {
      return bounded(`${topic} was not subscribed to`, (signal) =>
        places.find(topic, after, signal, ({ log, retained, offset }) => {
          if (retained === undefined) listener.gap(log.cursor(offset))
          for (const { entry } of retained ?? []) listener.next(entry)
          return reader.audience.add(topic, listener, offset)
        }),
      )
    },
    compare(one: string, other: string): number | undefined {
      const [first, second] = [parsePosition(one), parsePosition(other)]
      const epoch = reader.epoch ?? requests.epoch
      if (first === undefined || second === undefined) return undefined
      if (first.epoch !== epoch || second.epoch !== epoch) return undefined
      return first.partition === second.partition ? first.offset - second.offset : undefined
    },
    health(): BrokerHealth {
      return standing.health
    },
    async close(): Promise<void> {
      const error = new Error(`${name}: the broker is closed.`)
      attempts.close(error)
      publisher.close(error)
      reader.close()
      requests.close()
    },
  }
}
