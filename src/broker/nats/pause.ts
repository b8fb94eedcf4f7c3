import { setTimeout } from 'node:timers/promises'

/** Waits before another attempt: so long to twice as long, lest all processes come at once, or until it is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds * (1 + Math.random()), undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
