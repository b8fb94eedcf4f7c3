import { availableParallelism, cpus, freemem, loadavg, totalmem, uptime } from 'node:os'
import { setTimeout } from 'node:timers/promises'

/** Processor time spent since the start, in milliseconds: all of it, and that of idling. */
function processorTime(): { all: number; idle: number } {
  let [all, idle] = [0, 0]
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.idle + times.irq
    idle += times.idle
  }
  return { all, idle }
}

/** Measures this machine once a second, until the signal aborts. */
export async function* watchHost(signal: AbortSignal) {
  const processors = availableParallelism()
  for (let before = processorTime(); !signal.aborted;) {
    await setTimeout(1000, undefined, { signal })
    const now = processorTime()
    const busy = 1 - (now.idle - before.idle) / Math.max(now.all - before.all, 1)
    yield {
      cpu: Math.min(Math.max(busy, 0), 1) * 100,
      memoryUsed: totalmem() - freemem(),
      memoryTotal: totalmem(),
      uptime: uptime(),
      load: loadavg()[0] ?? 0,
      processors,
    }
    before = now
  }
}
