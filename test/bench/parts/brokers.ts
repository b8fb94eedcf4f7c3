import { missingRequirements } from '../../run/requirements.ts'
import { SHARED } from '../../instances/brokers.ts'
import { Instance } from '../brokers/crew.ts'
import { Histogram } from '../load/histogram.ts'
import type { Result } from '../report/result.ts'
import type { Effort } from './part.ts'

/** Topics that every instance listens to, and instances. */
const SIZES = [
  [1, 1],
  [1000, 1],
  [100_000, 1],
  [1000, 2],
  [1000, 4],
] as const
const QUICK = [
  [1, 1],
  [100, 2],
] as const

/** Milliseconds between two events where latency is measured. */
const EVERY = 5
/** The longest that it may take until everybody has heard everything, in milliseconds. */
const PATIENCE = 60_000

type Row = Result['rows'][number]

/** From `publish` in one process to the clients of all: how long, and how many a second. */
export async function brokers({ quick, only }: Effort): Promise<readonly Result[]> {
  const missing: readonly string[] = missingRequirements()
  const rows: Row[] = []
  const notes = ['kafka is the broker that librdkafka has for tests, not a real one.']
  for (const name of ['memory', ...Object.keys(SHARED)]) {
    if (only !== undefined && !only.includes(name)) continue
    const lacks = SHARED[name]?.needs.find((need) => missing.includes(need))
    if (lacks !== undefined) {
      notes.push(`${name} is left out: ${lacks} is not installed.`)
      continue
    }
    for (const [topics, instances] of quick ? QUICK : SIZES) {
      // Nobody shares the memory of a process.
      if (name === 'memory' && instances > 1) continue
      rows.push(await measure(name, topics, instances, quick))
    }
  }
  return [{ title: 'brokers: from publish to the clients', rows, notes }]
}

async function measure(
  name: string,
  topics: number,
  instances: number,
  quick: boolean,
): Promise<Row> {
  const broker = await SHARED[name]?.start()
  const crew: Instance[] = []
  try {
    const begun = performance.now()
    for (let n = 0; n < instances; n++)
      crew.push(await Instance.start(broker?.url ?? 'memory', topics))
    const opening = (performance.now() - begun) / instances
    await run(crew, quick ? 50 : 200, 0)
    const calm = await run(crew, quick ? 100 : 1000, EVERY)
    const count = quick ? 1000 : 10_000
    const busy = await run(crew, count, 0)
    return {
      broker: name,
      topics,
      instances,
      'start s': opening / 1000,
      'p50 ms': calm.latency.percentile(0.5) / 1000,
      'p99 ms': calm.latency.percentile(0.99) / 1000,
      'events/s': count / busy.seconds,
      delivered: calm.heard + busy.heard,
      faults: calm.missing + busy.missing,
    }
  } finally {
    for (const instance of crew) await instance.stop()
    await broker?.close()
  }
}

/** Lets the first instance publish, and waits until the clients of all have heard everything. */
async function run(
  crew: readonly Instance[],
  count: number,
  every: number,
): Promise<{ latency: Histogram; heard: number; missing: number; seconds: number }> {
  const latency = new Histogram()
  const begun = performance.now()
  const published = await crew[0]?.ask({ type: 'publish', count, every })
  const rejected = published?.type === 'published' ? published.rejected : 0
  let heard = 0
  const due = (count - rejected) * crew.length
  while (heard < due && performance.now() - begun < PATIENCE) {
    for (const instance of crew) {
      const taken = await instance.ask({ type: 'take' })
      if (taken.type !== 'taken') continue
      heard += taken.heard
      latency.merge(taken.latency)
    }
    if (heard < due) await Bun.sleep(2)
  }
  const seconds = (performance.now() - begun) / 1000
  return { latency, heard, missing: count * crew.length - heard, seconds }
}
