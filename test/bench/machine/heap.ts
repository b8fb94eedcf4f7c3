import { heapStats } from 'bun:jsc'

/** What a Bun server says of its own heap, after a collection. */
export interface Heap {
  /** Bytes. */
  readonly size: number
  readonly objects: number
  /** Live objects by type, of those types that leak: timers, signals, streams, listeners. */
  readonly types: Readonly<Record<string, number>>
}

const WATCHED = [
  'AbortController',
  'AbortSignal',
  'Function',
  'Immediate',
  'Map',
  'Object',
  'Promise',
  'ReadableStream',
  'Request',
  'Response',
  'Set',
  'Timeout',
]

/** Collects garbage and counts what is left. */
export function readHeap(): Heap {
  Bun.gc(true)
  const { heapSize, objectCount, objectTypeCounts } = heapStats()
  const types = WATCHED.map((type) => [type, objectTypeCounts[type] ?? 0] as const)
  return { size: heapSize, objects: objectCount, types: Object.fromEntries(types) }
}
