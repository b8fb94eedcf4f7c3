import type { Connection } from './connection.ts'
import type { Standing } from './standing.ts'

/** The longest pause before the next try, in milliseconds. */
const LONGEST_PAUSE = 1_000

export interface Kept {
  /** Names it among the broker's connections. */
  readonly name: string
  readonly open: (signal: AbortSignal) => Promise<Connection>
  /** Uses a connection for as long as it is good; calls `up` when it is. */
  readonly use: (connection: Connection, up: () => void) => Promise<void>
  readonly standing: Standing
  /** Ends it. */
  readonly signal: AbortSignal
}

/** Keeps one connection open and in use: after it was lost another one, until the signal aborts. */
export async function keepConnected({ name, open, use, standing, signal }: Kept): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const connection = await open(signal)
      await useUntilAborted(connection, signal, () =>
        use(connection, () => {
          failures = 0
          standing.up(name)
        }),
      )
    } catch (error) {
      if (!signal.aborted) standing.lost(name, error)
    }
    // At least half of it, so that a thousand processes do not come back at once.
    const pause = Math.min(50 * 2 ** failures++, LONGEST_PAUSE)
    await sleep(pause * (0.5 + Math.random() / 2), signal)
  }
  standing.forget(name)
}

async function useUntilAborted(
  connection: Connection,
  signal: AbortSignal,
  use: () => Promise<void>,
): Promise<void> {
  const close = (): void => connection.close()
  signal.addEventListener('abort', close, { once: true })
  void connection.ended.then(() => signal.removeEventListener('abort', close))
  try {
    if (signal.aborted) close()
    await use()
  } finally {
    // What was sent on it may still be answered.
    if (!signal.aborted) connection.leave()
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const wake = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    signal.addEventListener('abort', wake, { once: true })
  })
}
