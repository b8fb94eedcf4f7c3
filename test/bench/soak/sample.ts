import type { Heap } from '../machine/heap.ts'
import { usageOf } from '../machine/usage.ts'
import type { Churn } from './churn.ts'
import type { Fared } from './visitors.ts'

/** What the server looks like at one moment, with every client connected. */
export interface Sample {
  readonly second: number
  readonly turns: number
  /** Bytes. */
  readonly rss: number
  readonly heap: Heap
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly faults: number
  readonly fared: Fared
}

/** Takes a sample when the dust has settled. */
export async function takeSample(churn: Churn, second: number): Promise<Sample> {
  const { server, turns } = churn
  const latency = await churn.beat()
  await readHeap(server.port)
  await Bun.sleep(200)
  const heap = await readHeap(server.port)
  const { rss } = usageOf(server.pid)
  const [p50, p99] = [latency.percentile(0.5) / 1000, latency.percentile(0.99) / 1000]
  const fared = await churn.fared()
  return { second, turns, rss, heap, p50, p99, faults: churn.faults + fared.faults, fared }
}

/** A sample as a row of a table. */
export function sampleRow({ second, turns, rss, heap, p50, p99, faults, fared }: Sample) {
  const { Timeout = 0, AbortSignal = 0, ReadableStream = 0, Promise = 0 } = heap.types
  return {
    second: Math.round(second),
    turns,
    returns: fared.returns,
    resets: fared.resets,
    'rss MiB': rounded(rss / 2 ** 20),
    'heap MiB': rounded(heap.size / 2 ** 20),
    objects: heap.objects,
    timers: Timeout,
    signals: AbortSignal,
    streams: ReadableStream,
    promises: Promise,
    'p50 ms': rounded(p50),
    'p99 ms': rounded(p99),
    faults,
  }
}

async function readHeap(port: number): Promise<Heap> {
  const response = await fetch(`http://127.0.0.1:${port}/collect`, { method: 'POST' })
  return (await response.json()) as Heap
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
