import { createHash } from 'node:crypto'
import { findTopic, metadataFor } from './find-topic.ts'
import { Connection } from './protocol/connection.ts'
import { type OffsetKind, listOffsets } from './protocol/list-offsets.ts'
import type { Address, Metadata } from './protocol/metadata.ts'
import type { KafkaRequest } from './protocol/request.ts'
import type { KafkaSettings } from './settings.ts'

/** The topic on its servers: a connection to the leader of each partition. */
export class Cluster {
  /** The same on every process: it changes with the topic's life and the number of its partitions. */
  readonly epoch: string
  /** How many partitions the topic has. */
  readonly partitions: number
  /** Resolves with the reason once one of the connections has ended. */
  readonly ended: Promise<Error>
  readonly #settings: KafkaSettings
  readonly #leaders: readonly number[]
  readonly #connections: ReadonlyMap<number, Connection>

  /** Connects to the first of the given servers that answers, and from there to all leaders. */
  static async open(settings: KafkaSettings, signal: AbortSignal): Promise<Cluster> {
    const opened: Connection[] = []
    const close = (): void => opened.forEach((connection) => connection.close())
    const open = async (address: Address): Promise<Connection> => {
      const connection = new Connection(settings.route(address), settings)
      opened.push(connection)
      await connection.opened
      signal.throwIfAborted()
      return connection
    }
    signal.addEventListener('abort', close)
    try {
      const seed = await firstOf(settings.seeds, open)
      const found = await findTopic(seed, settings, open)
      const connections = new Map<number, Connection>()
      for (const leader of new Set(found.leaders)) {
        const address = found.nodes.get(leader)
        if (address === undefined)
          throw new Error(`A partition of ${settings.topic} has no leader now`)
        connections.set(leader, await open(address))
      }
      for (const connection of opened) {
        if (![...connections.values()].includes(connection)) connection.close()
      }
      return new Cluster(settings, found, connections)
    } catch (error) {
      close()
      throw error
    } finally {
      signal.removeEventListener('abort', close)
    }
  }

  private constructor(
    settings: KafkaSettings,
    found: Metadata,
    connections: ReadonlyMap<number, Connection>,
  ) {
    this.epoch = epochOf(settings.topic, found)
    this.partitions = found.leaders.length
    this.#settings = settings
    this.#leaders = found.leaders
    this.#connections = connections
    this.ended = Promise.race([...connections.values()].map((connection) => connection.ended))
  }

  get isOpen(): boolean {
    return [...this.#connections.values()].every((connection) => connection.isOpen)
  }

  /** The partitions by the node that leads them. */
  get assignments(): Map<number, number[]> {
    const assignments = new Map<number, number[]>()
    for (const [partition, leader] of this.#leaders.entries()) {
      assignments.set(leader, [...(assignments.get(leader) ?? []), partition])
    }
    return assignments
  }

  /** Asks the leader of a partition. */
  ask<Answer>(partition: number, request: KafkaRequest<Answer>, timeout?: number): Promise<Answer> {
    return this.askNode(this.#leaders[partition] ?? -1, request, timeout)
  }

  async askNode<Answer>(
    node: number,
    request: KafkaRequest<Answer>,
    timeout?: number,
  ): Promise<Answer> {
    const connection = this.#connections.get(node)
    if (connection === undefined) throw new Error(`${this.#settings.topic} has no such partition`)
    return connection.send(request, timeout)
  }

  /** The bounds of all partitions, by their number. */
  async bounds(kind: OffsetKind): Promise<number[]> {
    const bounds: number[] = []
    const asked = [...this.assignments].map(async ([node, partitions]) => {
      const found = await this.askNode(node, listOffsets(this.#settings.topic, partitions, kind))
      for (const [partition, offset] of found) bounds[partition] = offset
    })
    await Promise.all(asked)
    return bounds
  }

  /**
   * Whether the topic is still what it was, and led by the same nodes. Each server is asked: one that is
   * never asked closes the connection (`connections.max.idle.ms`).
   */
  async isCurrent(): Promise<boolean> {
    const { topic } = this.#settings
    const asked = [...this.#connections.values()].map((connection) =>
      connection.send(metadataFor(connection, topic)),
    )
    return (await Promise.all(asked)).every(
      (found) =>
        epochOf(topic, found) === this.epoch &&
        found.leaders.every((leader, partition) => leader === this.#leaders[partition]),
    )
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close()
  }
}

/** Begins with any of them, so that not all clients ask the same one. */
async function firstOf<Seed, Opened>(
  seeds: readonly Seed[],
  open: (seed: Seed) => Promise<Opened>,
): Promise<Opened> {
  const start = Math.floor(Math.random() * seeds.length)
  const errors: unknown[] = []
  for (const seed of [...seeds.slice(start), ...seeds.slice(0, start)]) {
    try {
      return await open(seed)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length === 1) throw errors[0]
  throw new AggregateError(errors, errors.map((error) => (error as Error).message).join('; '))
}

/** Partitions count, since another number of them puts topics elsewhere. */
function epochOf(topic: string, { topicId, cluster, leaders }: Metadata): string {
  const life = topicId ?? `${cluster} ${topic}`
  const hash = createHash('sha256').update(`${life} ${leaders.length}`).digest()
  return `k${hash.readUIntBE(0, 6).toString(36)}`
}
