import type { Backlog, Broker, BrokerHealth, Listener, PublishOptions } from '../broker.ts'
import { Connector } from './connector.ts'
import { comparePlaces, cursorOf, parseCursor } from './place.ts'
import { type RedisBrokerOptions, readSettings } from './settings.ts'
import { Shard } from './shard.ts'
import { Standing } from './standing.ts'

/**
 * The broker of several machines that share a Redis 6.2 or newer: one server, one watched by
 * Sentinels, or a Cluster. It connects at once, in the background; what is asked before waits for
 * that, but not longer than the timeout. Throws when an option is wrong.
 *
 * @example
 * ```ts
 * const broker = createRedisBroker('redis://localhost:6379/0')
 * export default rivulet({ broker })
 * ```
 */
export function createRedisBroker(options: string | RedisBrokerOptions): Broker {
  const settings = readSettings(options)
  const server = settings.address.shown
  const standing = new Standing(server)
  const connector = new Connector(settings)
  const shards = Array.from(
    { length: settings.shards },
    (_, index) => new Shard(index, settings, connector, standing),
  )
  let closed = false

  function shardOf(topic: string): Shard {
    const shard = shards[shardIndex(topic, shards.length)]
    if (shard === undefined) throw new RangeError(`There is no shard for ${topic}.`)
    return shard
  }

  /** Does something with the shard of a topic; an error says what did not succeed, and where. */
  async function at<T>(
    topic: string,
    what: string,
    work: (shard: Shard) => Promise<T>,
  ): Promise<T> {
    try {
      if (closed) throw new Error('the broker is closed')
      return await work(shardOf(topic))
    } catch (cause) {
      const got = closed
        ? 'the broker is closed'
        : cause instanceof Error
          ? cause.message
          : String(cause)
      throw new Error(
        `The redis broker could not ${what} ${topic}.

Expected: an answer of ${server} within ${settings.timeout} ms
Got: ${got}`,
        { cause },
      )
    }
  }

  return {
    publish: (topic: string, text: string, options: PublishOptions): Promise<string> =>
      at(topic, 'publish to', async (shard) => cursorOf(await shard.publish(topic, text, options))),
    read: (topic: string, after?: string): Promise<Backlog | undefined> =>
      at(topic, 'read', async (shard) => {
        const place = after === undefined ? undefined : (parseCursor(after) ?? null)
        const view = await shard.look(topic, place)
        return (
          view.entries && {
            entries: view.entries.map(({ entry }) => entry),
            cursor: cursorOf(view.place),
          }
        )
      }),
    subscribe: (topic: string, after: string, listener: Listener): Promise<() => void> =>
      at(topic, 'subscribe to', (shard) => shard.subscribe(topic, parseCursor(after), listener)),
    compare(one: string, other: string): number | undefined {
      const [first, second] = [parseCursor(one), parseCursor(other)]
      if (first === undefined || second === undefined) return undefined
      if (first.epoch === second.epoch) return comparePlaces(first, second)
      // Of two shards: by the clocks of their servers.
      const epochs = shards.map(({ epoch }) => epoch)
      const current = epochs.includes(first.epoch) && epochs.includes(second.epoch)
      return current ? comparePlaces(first, second) : undefined
    },
    health: (): BrokerHealth => standing.health,
    async close(): Promise<void> {
      closed = true
      standing.close()
      for (const shard of shards) shard.close()
    },
  }
}

/** The first 32 bits of the topic's SHA-1, by the number of shards: every language and Redis have it. */
function shardIndex(topic: string, shards: number): number {
  if (shards === 1) return 0
  return new Bun.CryptoHasher('sha1').update(topic).digest().readUInt32BE(0) % shards
}
