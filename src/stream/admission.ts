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

/** Counts the open connections of a process, and refuses those over a limit. */
export class Admission {
  readonly #limits: ConnectionLimits
  readonly #counts = new Map<string, number>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  /** Counts a connection in, and returns how to count it out; or the limit that it met. */
  admit({ streams, address, user }: Visitor): (() => void) | keyof ConnectionLimits {
    const counted: [limit: keyof ConnectionLimits, key: string][] = [['connections', 'all']]
    if (address !== undefined) counted.push(['perAddress', `address ${address}`])
    if (user !== undefined) counted.push(['perUser', `user ${user}`])
    for (const pattern of new Set(streams.map((stream) => stream.pattern)))
      counted.push(['perStream', `stream ${pattern}`])
    for (const [limit, key] of counted) {
      if ((this.#counts.get(key) ?? 0) >= this.#limits[limit]) return limit
    }
    for (const [, key] of counted) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    let isCounted = true
    return () => {
      if (!isCounted) return
      isCounted = false
      for (const [, key] of counted) this.#release(key)
    }
  }

  /** A count of zero is no entry: a million visitors, come and gone, leave nothing behind. */
  #release(key: string): void {
    const count = this.#counts.get(key) ?? 0
    if (count > 1) this.#counts.set(key, count - 1)
    else this.#counts.delete(key)
  }
}
