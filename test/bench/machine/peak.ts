import { usageOf } from './usage.ts'

/** Watches a process's memory while something runs; resolves with the most it had, in bytes. */
export async function peakRss(pid: number, run: () => Promise<void>): Promise<number> {
  let peak = usageOf(pid).rss
  const timer = setInterval(() => (peak = Math.max(peak, usageOf(pid).rss)), 20)
  try {
    await run()
  } finally {
    clearInterval(timer)
  }
  return Math.max(peak, usageOf(pid).rss)
}
