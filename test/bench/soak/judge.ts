import type { Budget } from '../report/result.ts'
import { spreadOf } from '../report/spread.ts'
import type { Sample } from './sample.ts'

/** What counts as flat: growth from the second quarter of the soak to the last one. */
export function judge(samples: readonly Sample[]): readonly Budget[] {
  const quarter = Math.max(1, Math.floor(samples.length / 4))
  const early = samples.slice(quarter, 2 * quarter)
  const late = samples.slice(-quarter)
  const growth = (what: string, read: (sample: Sample) => number, limit: number): Budget => ({
    what: `${what}, the last quarter against the second`,
    got: median(late, read) - median(early, read),
    limit,
    kind: 'at most',
  })
  const types = Object.keys(samples[0]?.heap.types ?? {})
  return [
    growth('MiB of RSS more', ({ rss }) => rss / 2 ** 20, 12),
    growth('MiB of heap more', ({ heap }) => heap.size / 2 ** 20, 2),
    growth('ms of median latency more', ({ p50 }) => p50, 5),
    ...types.map((type) => growth(`${type} more`, ({ heap }) => heap.types[type] ?? 0, 200)),
    { what: 'faults', got: samples.at(-1)?.faults ?? 0, limit: 0, kind: 'at most' },
  ]
}

function median(samples: readonly Sample[], read: (sample: Sample) => number): number {
  return spreadOf(samples.map(read)).median
}
