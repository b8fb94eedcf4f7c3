import { Audience } from './audience.ts'
import type { Cluster } from './cluster.ts'
import { type Bounds, Following } from './following.ts'
import { Link } from './link.ts'
import type { PartitionLog } from './partition-log.ts'
import { partitionOf } from './partition-of.ts'
import { fetch } from './protocol/fetch.ts'
import type { KafkaSettings } from './settings.ts'
import type { Standing } from './standing.ts'

/** What is read at once, in bytes. */
const BYTES = { all: 8 * 1024 * 1024, partition: 1024 * 1024 }

/** How often aged events and idle logs are dropped, in milliseconds. */
const SWEEP = 60_000

/**
 * Reads all partitions, from where this process began, without a consumer group: nothing is committed, and nobody
 * else is waited for. Keeps what came by topic, and tells whoever listens.
 */
export class Reader {
  readonly audience = new Audience()
  readonly #settings: KafkaSettings
  readonly #standing: Standing
  readonly #link: Link
  /** All numbers of partitions that the topic has had in this process's time. */
  readonly #counts = new Set<number>()
  readonly #waiting: (() => void)[] = []
  #following: Following | undefined
  #sweep: ReturnType<typeof setInterval> | undefined

  constructor(settings: KafkaSettings, standing: Standing) {
    this.#settings = settings
    this.#standing = standing
    this.#link = new Link('reading', settings, standing, false)
  }

  get epoch(): string | undefined {
    return this.#following?.epoch
  }

  /** Begins to read, if it has not. */
  start(): void {
    if (this.#sweep !== undefined) return
    this.#sweep = setInterval(() => this.#following?.sweep(), SWEEP)
    void this.#run()
  }

  close(): void {
    clearInterval(this.#sweep)
    this.#link.close()
    this.audience.clear()
  }

  /** The log that has a topic, as of now. */
  logOf(topic: string): PartitionLog | undefined {
    return this.#following?.logOf(topic)
  }

  /** Resolves once all partitions are followed. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.#following !== undefined) return
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push(resolve)
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  }

  /** Looks soon whether the topic is still what it was. */
  check(): void {
    this.#link.check()
  }

  async #run(): Promise<void> {
    for (;;) {
      let cluster: Cluster
      try {
        cluster = await this.#link.cluster()
      } catch {
        // Only a closed link rejects.
        return
      }
      try {
        await this.#session(cluster)
      } catch (error) {
        this.#link.renew(cluster, error)
      }
    }
  }

  /** Follows all partitions until one of them cannot be followed any more. */
  async #session(cluster: Cluster): Promise<never> {
    const [earliest, ends] = await Promise.all([
      cluster.bounds('earliest'),
      cluster.bounds('committed'),
    ])
    const following = this.#follow(cluster, { earliest, ends })
    let proven = 0
    const nodes = [...cluster.assignments].map(async ([node, partitions]): Promise<never> => {
      for (let wait = 0; ;) {
        const from = new Map(
          partitions.map((partition) => [partition, following.nextOf(partition)]),
        )
        const { topic, timeout } = this.#settings
        const options = { topic, from, wait, bytes: BYTES }
        const answer = await cluster.askNode(node, fetch(options), timeout + wait)
        for (const fetched of answer) following.take(fetched)
        if (wait === 0 && ++proven === cluster.assignments.size) this.#link.works()
        wait = this.#settings.wait
      }
    })
    return Promise.race(nodes)
  }

  /** Goes on with what is followed, or begins with the topic as it is by now. */
  #follow(cluster: Cluster, bounds: Bounds): Following {
    const before = this.#following
    if (before?.epoch === cluster.epoch) {
      before.resume(bounds)
      return before
    }
    this.#counts.add(cluster.partitions)
    const following = new Following({
      epoch: cluster.epoch,
      bounds,
      history: this.#settings.history,
      audience: this.audience,
      standing: this.#standing,
      astray: (topic, partition, offset) => this.#astray(following, topic, partition, offset),
    })
    this.#following = following
    for (const resolve of this.#waiting.splice(0)) resolve()
    before?.close()
    if (before !== undefined) following.tellAll()
    return following
  }

  /**
   * A record on a partition that is not its topic's has no place in the topic's order: other processes may read
   * it before or after its neighbours. It is no event, and who wrote it has to be told.
   */
  #astray(following: Following, topic: string, partition: number, offset: number): void {
    this.#link.check()
    const log = following.logOf(topic)
    const wasRight = [...this.#counts].some((count) => partitionOf(topic, count) === partition)
    // Somebody has not noticed yet that partitions were added: that is no mistake, but a hole.
    if (wasRight && log !== undefined)
      return this.audience.tellGap(topic, log.next, log.cursor(log.next))
    const why = `its key ${JSON.stringify(topic.slice(0, 80))} belongs on partition ${log?.partition} of ${following.count} (murmur2, as Java's producer does; for librdkafka set partitioner=murmur2_random)`
    this.#standing.badRecord(partition, offset, why)
  }
}
