/**
 * Microseconds since 1970, the same in every process of the machine. (`process.hrtime` is not: in
 * Bun 1.4.5 it counts from the start of the process.)
 */
export function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000)
}
