/** The times of an app's streams, in milliseconds. */
export interface Times {
  readonly heartbeat: number
  readonly retry: number
  readonly stallTimeout: number
  readonly maxAge: number
  readonly drain: number
}

/** The shortest and the longest of each. */
const BOUNDS: Readonly<Record<keyof Times, readonly [shortest: number, longest: number]>> = {
  heartbeat: [10, 60_000],
  retry: [1, 3_600_000],
  stallTimeout: [10, 120_000],
  maxAge: [10, Infinity],
  drain: [0, 3_600_000],
}

/** Checks times; throws for one that would not do what its name says. */
export function readTimes(times: Times): Times {
  for (const name of Object.keys(BOUNDS) as (keyof Times)[]) {
    const [shortest, longest] = BOUNDS[name]
    if (times[name] >= shortest && times[name] <= longest) continue
    throw new TypeError(`${name} of rivulet() is no time that it can keep.

Expected: ${shortest} to ${longest} milliseconds
Got: ${times[name]}`)
  }
  return times
}

/**
 * The idle timer of a stream's socket, in seconds: longer than a stalled client takes to be noticed, so
 * that it can be counted, and within the 255 that Bun's timer has. That is up to four seconds early.
 *
 * It drops a socket that takes nothing: nothing else does (Bun 1.4.5), and a server's own may be shorter
 * than the heartbeat, as Bun's default of 10 is, or off.
 */
export function idleTimeoutOf({ heartbeat, stallTimeout }: Times): number {
  return Math.ceil((stallTimeout + 2 * heartbeat) / 1000) + 4
}
