/** Buckets per doubling: neighbours are 2 % apart. */
const STEPS = 32

/** How often each duration was seen, in microseconds. */
export class Histogram {
  readonly #counts = new Map<number, number>()

  add(microseconds: number): void {
    this.#count(Math.round(Math.log2(Math.max(microseconds, 1)) * STEPS), 1)
  }

  /** Adds what another one, of another process perhaps, has counted. */
  merge(entries: readonly (readonly [number, number])[]): void {
    for (const [bucket, count] of entries) this.#count(bucket, count)
  }

  entries(): [number, number][] {
    return [...this.#counts]
  }

  /** The duration that this share of all is at most, in microseconds; 0 when there is none. */
  percentile(share: number): number {
    const sorted = this.entries().toSorted(([one], [other]) => one - other)
    let left = share * sorted.reduce((sum, [, count]) => sum + count, 0)
    for (const [bucket, count] of sorted) if ((left -= count) <= 0) return 2 ** (bucket / STEPS)
    return 0
  }

  #count(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count)
  }
}
