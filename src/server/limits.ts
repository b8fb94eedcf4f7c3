/** How much one process takes on; what is over is told to come back later. */
export interface Limits {
  /** Connections in this process. Default 10,000. */
  readonly connections?: number
  /**
   * Connections from one network address (of IPv6, one /64). Default 100 for public addresses and
   * none for private ones, which mostly are a proxy's; a number of your own holds for all.
   */
  readonly perAddress?: number
  /** Connections of one user, as `user` tells them apart. Default 50. */
  readonly perUser?: number
  /** The key of the user who asks, from a session cookie, say; `undefined` is not limited. */
  readonly user?: (request: Request) => string | undefined
  /** Connections to one stream, over all of its topics. Default 10,000. */
  readonly perStream?: number
  /** Topics of one connection. Default 100. */
  readonly topics?: number
}

const DEFAULTS = {
  connections: 10_000,
  perAddress: 100,
  perUser: 50,
  perStream: 10_000,
  topics: 100,
} as const

/** The limits with their defaults; throws for what is no limit. */
export function readLimits(limits: Limits): Required<Omit<Limits, 'user'>> {
  const unknown = Object.keys(limits).find((name) => name !== 'user' && !(name in DEFAULTS))
  if (unknown !== undefined) {
    throw new TypeError(`rivulet() knows no limits.${unknown}.

Expected: ${Object.keys(DEFAULTS).join(', ')} or user
Got: ${unknown}`)
  }
  if (limits.user !== undefined && typeof limits.user !== 'function') {
    throw new TypeError(`limits.user of rivulet() cannot be asked.

Expected: a function of the request that answers a key, or undefined
Got: ${typeof limits.user}`)
  }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const limit = limits[name]
    if (limit === undefined || limit === Infinity || (Number.isInteger(limit) && limit >= 1))
      continue
    throw new TypeError(`limits.${name} of rivulet() is no limit.

Expected: a whole number of at least 1, or Infinity
Got: ${limit}`)
  }
  const { connections, perAddress, perUser, perStream, topics } = limits
  return {
    connections: connections ?? DEFAULTS.connections,
    perAddress: perAddress ?? DEFAULTS.perAddress,
    perUser: perUser ?? DEFAULTS.perUser,
    perStream: perStream ?? DEFAULTS.perStream,
    topics: topics ?? DEFAULTS.topics,
  }
}
