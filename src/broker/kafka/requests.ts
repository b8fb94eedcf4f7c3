import type { Cluster } from './cluster.ts'
import { Link } from './link.ts'
import type { FetchOptions, Fetched } from './protocol/fetch.ts'
import { fetch } from './protocol/fetch.ts'
import { KafkaError } from './protocol/kafka-error.ts'
import type { KafkaSettings } from './settings.ts'
import type { Standing } from './standing.ts'

/** Milliseconds before the same is asked again, when a leader has moved. */
const PAUSE = 100

/** Where all partitions end, as of a moment. */
export interface Ends {
  readonly epoch: string
  /** After the last record that may be read, by partition. */
  readonly offsets: readonly number[]
}

/** What is asked of the servers beside the reading that never ends; that would have to wait for it. */
export class Requests {
  readonly #link: Link
  #epoch: string | undefined
  #ends: Promise<Ends> | undefined
  #nextEnds: Promise<Ends> | undefined

  constructor(settings: KafkaSettings, standing: Standing) {
    this.#link = new Link('requests', settings, standing, true)
  }

  /** The epoch of the topic, as of the newest connection. */
  get epoch(): string | undefined {
    return this.#epoch
  }

  async cluster(): Promise<Cluster> {
    const cluster = await this.#link.cluster()
    this.#epoch = cluster.epoch
    return cluster
  }

  renew(cluster: Cluster, error?: unknown): void {
    this.#link.renew(cluster, error)
  }

  check(): void {
    this.#link.check()
  }

  /** Where the partitions end now. Who asks while it is being asked shares the next answer. */
  ends(): Promise<Ends> {
    if (this.#ends === undefined) return this.#askEnds()
    return (this.#nextEnds ??= this.#ends
      .catch(() => undefined)
      .then(() => {
        this.#nextEnds = undefined
        return this.#askEnds()
      }))
  }

  /** Where the partitions end, with records whose transactions have not ended. */
  latest(): Promise<Ends> {
    return this.#ask(async (cluster) => ({
      epoch: cluster.epoch,
      offsets: await cluster.bounds('latest'),
    }))
  }

  /** Reads one partition once. */
  fetch(partition: number, options: FetchOptions): Promise<Fetched | undefined> {
    return this.#ask(async (cluster) => {
      const [fetched] = await cluster.ask(partition, fetch(options))
      if (fetched?.error !== undefined) throw fetched.error
      return fetched
    })
  }

  close(): void {
    this.#link.close()
  }

  #askEnds(): Promise<Ends> {
    const asked = this.#ask(async (cluster) => ({
      epoch: cluster.epoch,
      offsets: await cluster.bounds('committed'),
    })).finally(() => {
      if (this.#ends === asked) this.#ends = undefined
    })
    this.#ends = asked
    return asked
  }

  /** Asks until a leader is found; a server's other refusals are for whoever asks. */
  async #ask<T>(question: (cluster: Cluster) => Promise<T>): Promise<T> {
    for (;;) {
      const cluster = await this.cluster()
      try {
        return await question(cluster)
      } catch (error) {
        if (error instanceof KafkaError && !error.isPassing) throw error
        this.#link.renew(cluster, error)
        await Bun.sleep(PAUSE)
      }
    }
  }
}
