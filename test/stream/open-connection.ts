import { Connection, type ConnectionOptions } from '../../src/stream/connection.ts'
import { Reader } from '../../src/stream/reader.ts'
import { StreamStats } from '../../src/stream/stats.ts'
import { Window } from '../../src/stream/window.ts'

/** A window whose cursors are numbers. */
export function openWindow(frames = 1024): Window {
  const bounds = { frames, bytes: 4 * 1024 * 1024 }
  return new Window('0', bounds, (one, other) => Number(one) - Number(other))
}

export interface OpenConnection {
  readonly connection: Connection
  readonly reader: Reader
  readonly stats: StreamStats
  /** How often the connection, and its reader, were told of the end. */
  readonly ends: { connection: number; reader: number }
}

/** A connection with one reader of a window, which nothing but the test tells of new events. */
export function openConnection(
  window: Window,
  position = window.head,
  { endsAt = Infinity, ...options }: Partial<ConnectionOptions & { endsAt: number }> = {},
): OpenConnection {
  const stats = new StreamStats()
  const ends = { connection: 0, reader: 0 }
  const start = { window, position, after: window.cursor(position), reset: false }
  const reader = new Reader(start, {
    stats,
    name: undefined,
    sharesName: false,
    onLeave: () => ends.reader++,
  })
  const hello = [new TextEncoder().encode('retry: 3000\n'), reader.hello(start)]
  const connection = new Connection(
    { readers: [reader], hello, endsAt, release: () => undefined },
    { stallTimeout: 60_000, onEnd: () => ends.connection++, ...options },
  )
  return { connection, reader, stats, ends }
}
