import type { StreamStats } from './stats.ts'

/** How many connections there may be. Each is checked on its own; the first that is met refuses. */
export interface ConnectionLimits {
  /** In this process. Default 10,000. */
  readonly connections: number
  /** From one network address. Default 100. */
  readonly perAddress: number
  /** Of one user, as `user` tells. Default 50. */
  readonly perUser: number
  /** On one stream, over all of its topics. Default 10,000. */
  readonly perStream: number
}

/** Whom a connection is counted for. What is unknown is not limited. */
export interface Visitor {
  /** What it listens to, each by its pattern: `rooms/[room]`. */
  readonly streams: readonly { readonly pattern: string; readonly stats: StreamStats }[]
  readonly address: string | undefined
  readonly user: string | undefined
}

/** A limit as it holds for one visitor. */
interface Counted {
  readonly limit: keyof ConnectionLimits
  readonly key: string
  readonly stats: StreamStats | undefined
}

/** Counts the open connections of a process, and refuses those over a limit. */
export class Admission {
  readonly #limits: ConnectionLimits
  readonly #counts = new Map<string, number>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  /**
   * Counts a connection in, and returns how to count it out; `undefined` over a limit. The refusal is
   * counted for the stream that is full, else for the first one.
   */
  admit({ streams, address, user }: Visitor): (() => void) | undefined {
    const [first] = streams
    const counted: Counted[] = [{ limit: 'connections', key: 'all', stats: first?.stats }]
    if (address !== undefined)
      counted.push({ limit: 'perAddress', key: `address ${address}`, stats: first?.stats })
    if (user !== undefined)
      counted.push({ limit: 'perUser', key: `user ${user}`, stats: first?.stats })
    for (const [pattern, { stats }] of new Map(streams.map((one) => [one.pattern, one])))
      counted.push({ limit: 'perStream', key: `stream ${pattern}`, stats })
    const met = counted.find(({ limit, key }) => this.#count(key) >= this.#limits[limit])
    if (met !== undefined) {
      met.stats?.refuse(met.limit)
      return undefined
    }
    const keys = counted.map(({ key }) => key)
    for (const key of keys) this.#counts.set(key, this.#count(key) + 1)
    let isCounted = true
    return () => {
      if (!isCounted) return
      isCounted = false
      for (const key of keys) this.#release(key)
    }
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  /** A count of zero is no entry: a million visitors, come and gone, leave nothing behind. */
  #release(key: string): void {
    const count = this.#count(key)
    if (count > 1) this.#counts.set(key, count - 1)
    else this.#counts.delete(key)
  }
}
