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

/** A connection that is counted in. */
export interface Admitted {
  /** The patterns of those streams that have no room; it is not counted for them. */
  readonly full: ReadonlySet<string>
  /** Counts it out of those streams that it does not get, once it is known which it gets. */
  readonly keep: (patterns: ReadonlySet<string>) => void
  /** Counts it out again, once. */
  readonly release: () => void
}

/** What the key of a stream begins with; the others are of addresses, users, and all. */
const STREAM = 'stream '
const NONE: ReadonlySet<string> = new Set()

/** Counts the open connections of a process, and refuses those over a limit. */
export class Admission {
  readonly #limits: ConnectionLimits
  readonly #counts = new Map<string, number>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  /**
   * Counts a connection in; `undefined` over a limit, or when all of its streams are full. The refusal is
   * counted for each stream that is full, else for the first one.
   */
  admit({ streams, address, user }: Visitor): Admitted | undefined {
    const common: [limit: keyof ConnectionLimits, key: string][] = [['connections', 'all']]
    if (address !== undefined) common.push(['perAddress', `address ${address}`])
    if (user !== undefined) common.push(['perUser', `user ${user}`])
    const met = common.find(([limit, key]) => this.#isMet(limit, key))
    if (met !== undefined) {
      streams[0]?.stats.refuse(met[0])
      return undefined
    }
    const keys = common.map(([, key]) => key)
    let full: Set<string> | undefined
    for (const [pattern, { stats }] of new Map(streams.map((one) => [one.pattern, one]))) {
      if (!this.#isMet('perStream', STREAM + pattern)) keys.push(STREAM + pattern)
      else {
        full = (full ?? new Set()).add(pattern)
        stats.refuse('perStream')
      }
    }
    if (full !== undefined && keys.length === common.length) return undefined
    for (const key of keys) this.#counts.set(key, this.#count(key) + 1)
    return this.#admitted(full ?? NONE, keys)
  }

  /** Holds no more than the keys: there is one for each connection. */
  #admitted(full: ReadonlySet<string>, keys: string[]): Admitted {
    return {
      full,
      keep: (patterns) => {
        for (const key of keys.splice(0)) {
          if (!key.startsWith(STREAM) || patterns.has(key.slice(STREAM.length))) keys.push(key)
          else this.#release(key)
        }
      },
      release: () => {
        for (const key of keys.splice(0)) this.#release(key)
      },
    }
  }

  #isMet(limit: keyof ConnectionLimits, key: string): boolean {
    return this.#count(key) >= this.#limits[limit]
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
