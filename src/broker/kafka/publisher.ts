import type { PublishOptions } from '../broker.ts'
import type { Cluster } from './cluster.ts'
import { encodeEventRecord, LARGEST_TEXT, LONGEST_TOPIC } from './event-record.ts'
import { partitionOf } from './partition-of.ts'
import { formatPosition } from './position.ts'
import { KafkaError } from './protocol/kafka-error.ts'
import { produce } from './protocol/produce.ts'
import { encodeBatch, type NewRecord } from './protocol/record-batch.ts'
import type { Requests } from './requests.ts'
import type { KafkaSettings } from './settings.ts'
import { reasonOf, type Standing } from './standing.ts'

/** What is sent at once, at most: records, and bytes of them; a larger record goes alone. */
const BATCH = { records: 2000, bytes: 512 * 1024 }

/** Bytes that may wait while the servers are away. */
const MOST_WAITING = 64 * 1024 * 1024

/** Milliseconds before what was not appended is sent again. */
const PAUSE = 100

const NOT_ENOUGH_REPLICAS = 19
const TOO_LARGE = new Set([10, 18])

interface Waiting {
  readonly topic: string
  readonly record: NewRecord
  readonly size: number
  settle(outcome: string | Error): void
  isSettled: boolean
}

/**
 * Appends events, those of one topic in the order of their calls: what comes while a batch is under way goes
 * with the next. Nothing is sent twice unless a server said that it did not append it.
 */
export class Publisher {
  readonly #settings: KafkaSettings
  readonly #requests: Requests
  readonly #standing: Standing
  #waiting: Waiting[] = []
  readonly #pending = new Set<Waiting>()
  #bytes = 0
  #running = false
  /** Why the newest batch has to be sent again. */
  #obstacle: string | undefined
  #closed: Error | undefined

  constructor(settings: KafkaSettings, requests: Requests, standing: Standing) {
    this.#settings = settings
    this.#requests = requests
    this.#standing = standing
  }

  async publish(topic: string, text: string, options: PublishOptions): Promise<string> {
    if (this.#closed !== undefined) throw this.#refused(topic, this.#closed.message)
    const bytes = Buffer.byteLength(topic)
    if (bytes === 0 || bytes > LONGEST_TOPIC)
      throw this.#refused(topic, `a topic has 1 to ${LONGEST_TOPIC} bytes, not ${bytes}`)
    if (text.length > LARGEST_TEXT)
      throw this.#refused(topic, `it has ${text.length} characters, more than ${LARGEST_TEXT}`)
    const record = encodeEventRecord(topic, text, options)
    const size = record.key.length + record.value.length + 100
    if (this.#bytes + size > MOST_WAITING)
      throw this.#refused(topic, `${this.#bytes} bytes are waiting already`)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => waiting.settle(this.#late(topic)), this.#settings.timeout)
      const waiting: Waiting = {
        topic,
        record,
        size,
        isSettled: false,
        settle: (outcome) => {
          if (waiting.isSettled) return
          waiting.isSettled = true
          clearTimeout(timer)
          this.#bytes -= size
          this.#pending.delete(waiting)
          if (typeof outcome === 'string') resolve(outcome)
          else reject(outcome)
        },
      }
      this.#bytes += size
      this.#pending.add(waiting)
      this.#waiting.push(waiting)
      void this.#run()
    })
  }

  close(error: Error): void {
    this.#closed ??= error
    this.#waiting = []
    for (const waiting of this.#pending) waiting.settle(this.#refused(waiting.topic, error.message))
  }

  /** Sends what waits, a batch for each partition at a time, until nothing does. */
  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    try {
      while (this.#waiting.length > 0) {
        const cluster = await this.#requests.cluster()
        const batches = Map.groupBy(this.#take(), ({ topic }) =>
          partitionOf(topic, cluster.partitions),
        )
        const sent = [...batches].map(([partition, batch]) => this.#send(cluster, partition, batch))
        const again = (await Promise.all(sent)).flat()
        if (again.length === 0) continue
        this.#waiting.unshift(...again)
        await Bun.sleep(PAUSE)
      }
    } catch (error) {
      // Only a closed link rejects.
      this.close(error as Error)
    } finally {
      this.#running = false
    }
  }

  #take(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const { size } of this.#waiting) {
      if (count > 0 && (count === BATCH.records || bytes + size > BATCH.bytes)) break
      bytes += size
      count++
    }
    // What was given up while it waited is not sent any more.
    return this.#waiting.splice(0, count).filter(({ isSettled }) => !isSettled)
  }

  /** Sends one batch; resolves with what has to be sent again. */
  async #send(
    cluster: Cluster,
    partition: number,
    batch: readonly Waiting[],
  ): Promise<readonly Waiting[]> {
    // Asked here, where nothing is awaited before it is sent.
    if (!cluster.isOpen) return batch
    const { topic, timeout } = this.#settings
    try {
      const bytes = encodeBatch(batch.map(({ record }) => record))
      const offset = await cluster.ask(partition, produce(topic, partition, bytes, timeout))
      this.#obstacle = undefined
      const { epoch } = cluster
      for (const [index, waiting] of batch.entries()) {
        waiting.settle(formatPosition({ epoch, partition, offset: offset + index + 1 }))
      }
      return []
    } catch (error) {
      if (error instanceof KafkaError && error.isPassing) {
        this.#obstacle = reasonOf(error)
        // Another server would say the same of that.
        if (error.code !== NOT_ENOUGH_REPLICAS) this.#requests.renew(cluster, error)
        return batch
      }
      const isTooLarge = error instanceof KafkaError && TOO_LARGE.has(error.code)
      if (isTooLarge && batch.length > 1) return this.#sendSingly(cluster, partition, batch)
      if (!(error instanceof KafkaError)) this.#requests.renew(cluster, error)
      const why = reasonOf(error) + (isTooLarge ? '; its max.message.bytes says how much' : '')
      for (const waiting of batch) waiting.settle(this.#refused(waiting.topic, why, error))
      return []
    }
  }

  async #sendSingly(
    cluster: Cluster,
    partition: number,
    batch: readonly Waiting[],
  ): Promise<readonly Waiting[]> {
    for (const [index, waiting] of batch.entries()) {
      const again = await this.#send(cluster, partition, [waiting])
      // The rest waits behind it, or it would be overtaken.
      if (again.length > 0) return batch.slice(index)
    }
    return []
  }

  #late(topic: string): Error {
    const { timeout } = this.#settings
    return this.#refused(
      topic,
      this.#standing.problem ?? this.#obstacle ?? `no answer within ${timeout} ms`,
    )
  }

  #refused(topic: string, why: string, cause?: unknown): Error {
    const text = why.includes(this.#settings.name) ? why : `${this.#settings.name}: ${why}`
    return new Error(`An event was not published to ${topic.slice(0, 200)}. ${text}`, { cause })
  }
}
