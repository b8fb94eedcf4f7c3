import { settings } from './settings.ts'

/**
 * How many milliseconds to wait after so many failures in a row: exponential with full jitter, so
 * that the clients of a server that comes back do not all come at once. `retry` is the server's.
 */
export function backOff(failures: number, retry: number): number {
  // A `retry` of 0 would ask again every 2 ms.
  const least = Math.max(retry, 100)
  return Math.random() * Math.max(least, Math.min(least * 2 ** failures, settings.longest))
}
