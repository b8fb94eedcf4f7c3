/** The app of the fault tests. It does as its parent process says, and says how it is. */
import { heapStats } from 'bun:jsc'
import { rivulet } from 'rivulet'
import type { AppOrder, AppState } from '../message.ts'
import Heavy from './streams/heavy.tsx'
import Ticks from './streams/ticks.tsx'

const { FAULT_OPTIONS = '{}', FAULT_NAME = 'a' } = process.env
const streams = { ticks: Ticks, heavy: Heavy }
const published = { ticks: 0, heavy: 0 }

async function publish(topic: keyof typeof streams, count: number, size: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const text = `${FAULT_NAME}:${++published[topic]}:`.padEnd(size, 'x')
    await streams[topic].publish('tick', { text })
  }
}

function state(): AppState {
  Bun.gc(true)
  const { objectTypeCounts } = heapStats()
  const { stats } = Ticks.definition.place ?? {}
  return {
    type: 'state',
    rss: process.memoryUsage.rss(),
    types: objectTypeCounts,
    published,
    connections: stats?.connections ?? 0,
    stalled: stats?.stalled ?? 0,
  }
}

let ticking: ReturnType<typeof setInterval> | undefined

process.on('message', (order: AppOrder) => {
  if (order.type === 'state') process.send?.(state())
  else if (order.type === 'every') {
    clearInterval(ticking)
    if (order.milliseconds > 0)
      ticking = setInterval(() => void publish('ticks', 1, 0), order.milliseconds)
  } else
    void publish(order.topic, order.count, order.size).then(() =>
      process.send?.({ type: 'published' }),
    )
})
process.on('disconnect', () => process.exit())

export default rivulet({
  root: import.meta.dir,
  ...(JSON.parse(FAULT_OPTIONS) as object),
}).get('/slow', async () => {
  await Bun.sleep(60_000)
  return 'late'
})
