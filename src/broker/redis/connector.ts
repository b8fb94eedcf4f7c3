import type { Redis, RedisOptions } from 'ioredis'
import type { RedisNode } from './address.ts'
import { Connection } from './connection.ts'
import type { RedisSettings } from './settings.ts'

/** Milliseconds without an answer after which a connection is taken for dead. */
const DEAD = 4_000

/**
 * Opens connections to the server that holds a key: the one, the master that the sentinels name, or
 * the node of the Cluster that owns the key's slot.
 *
 * Not by the Cluster client of ioredis 6, which sends a command again when a connection ends before
 * its answer: an event would be published twice. And a blocking read takes a connection of its own
 * for every shard in any case.
 */
export class Connector {
  readonly #settings: RedisSettings
  /** Nodes of a Cluster, the one that answered last first. */
  #nodes: readonly RedisNode[]

  constructor(settings: RedisSettings) {
    this.#settings = settings
    this.#nodes = settings.address.nodes
  }

  /** Rejects when there is no such server now, or the signal aborts. */
  async open(key: string, signal: AbortSignal): Promise<Connection> {
    if (this.#settings.address.kind !== 'cluster') return this.#connect({}, signal)
    const { asked, connection, owner } = await this.#locate(key, signal)
    if (owner.host === asked.host && owner.port === asked.port) return connection
    connection.leave()
    try {
      return await this.#connect(owner, signal)
    } catch (error) {
      // Another one may know better who owns the slot now.
      this.#ask(asked, 'last')
      throw error
    }
  }

  /** Asks one node after the other who owns the key's slot. */
  async #locate(key: string, signal: AbortSignal): Promise<Located> {
    let failure: unknown = new Error('the broker is closed')
    for (const asked of this.#nodes) {
      if (signal.aborted) break
      let connection: Connection | undefined
      try {
        connection = await this.#connect(asked, signal)
        const slot = Number(await connection.call('CLUSTER', 'KEYSLOT', key))
        const ranges = readSlots(await connection.call('CLUSTER', 'SLOTS'), asked)
        const owner = ranges.find(({ from, to }) => from <= slot && slot <= to)?.nodes[0]
        if (owner === undefined) throw new Error(`CLUSTERDOWN nobody owns slot ${slot}`)
        this.#ask(
          asked,
          'first',
          ranges.flatMap(({ nodes }) => nodes.map((one) => this.#translate(one))),
        )
        return { asked, connection, owner: this.#translate(owner) }
      } catch (error) {
        connection?.close()
        failure = error
        this.#ask(asked, 'last')
      }
    }
    throw failure
  }

  /** Which node is asked first or last from now on, and which others there are. */
  #ask(node: RedisNode, when: 'first' | 'last', found: readonly RedisNode[] = this.#nodes): void {
    const nodes = [...found, ...this.#settings.address.nodes]
    const others = new Map(nodes.map((one) => [`${one.host}:${one.port}`, one]))
    others.delete(`${node.host}:${node.port}`)
    this.#nodes = when === 'first' ? [node, ...others.values()] : [...others.values(), node]
  }

  #translate(node: RedisNode): RedisNode {
    const { natMap } = this.#settings.connection
    const key = `${node.host}:${node.port}`
    return (typeof natMap === 'function' ? natMap(key) : natMap?.[key]) ?? node
  }

  async #connect(node: Partial<RedisNode>, signal: AbortSignal): Promise<Connection> {
    const client = await this.#createClient(node)
    let cause: unknown
    client.on('error', (error: unknown) => (cause ??= error))
    const abort = (): void => client.disconnect()
    signal.addEventListener('abort', abort, { once: true })
    try {
      if (signal.aborted) throw new Error('the broker is closed')
      await client.connect()
      return new Connection(client)
    } catch (error) {
      client.disconnect()
      throw cause ?? error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async #createClient(node: Partial<RedisNode>): Promise<Redis> {
    const options: RedisOptions = {
      connectionName: 'rivulet',
      disableClientInfo: true,
      ...this.#settings.connection,
      ...node,
      // One try, and nothing behind our back: who waits for how long, and what may be sent again,
      // is decided here.
      lazyConnect: true,
      retryStrategy: null,
      sentinelRetryStrategy: () => null,
      role: 'master',
      reconnectOnError: null,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      enableAutoPipelining: false,
      enableReadyCheck: false,
      commandTimeout: undefined,
      connectTimeout: DEAD,
      sentinelCommandTimeout: DEAD,
      socketTimeout: DEAD,
      monitor: false,
      readOnly: false,
      keyPrefix: '',
      // Answers have one form on every server.
      protocol: 2,
      stringNumbers: false,
    }
    const { Redis } = await importDriver()
    return new Redis(options)
  }
}

interface Located {
  readonly asked: RedisNode
  /** To the node that was asked. */
  readonly connection: Connection
  readonly owner: RedisNode
}

interface SlotRange {
  readonly from: number
  readonly to: number
  /** The master first. */
  readonly nodes: readonly RedisNode[]
}

/** Reads the answer to `CLUSTER SLOTS`; a node without a host is the one that was asked. */
function readSlots(answer: unknown, asked: RedisNode): SlotRange[] {
  return (answer as [number, number, ...[string | null, number][]][]).map(
    ([from, to, ...nodes]) => ({
      from,
      to,
      nodes: nodes.map(([host, port]) => ({ host: host || asked.host, port })),
    }),
  )
}

async function importDriver(): Promise<{ Redis: typeof Redis }> {
  try {
    return await import('ioredis')
  } catch (error) {
    throw new Error(
      `The redis broker needs the package ioredis, version 6.

Expected: bun add ioredis
Got: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
