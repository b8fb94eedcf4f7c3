import { resolve } from 'node:path'
import type { Broker } from '../broker/broker.ts'
import { loadStreams } from '../router/load-streams.ts'
import { currentHost } from './host.ts'
import { openLogs } from './logs.ts'

/** Where a program that serves no pages finds the streams and their logs. */
export interface ConnectOptions {
  /** The folder that holds `streams/`. Default: the working directory. */
  readonly root?: string
  /** As of `rivulet()`: a URL or a broker. Default: `BROKER_URL`. */
  readonly broker?: string | Broker
}

/** The way from such a program to the streams. */
export interface StreamConnection {
  /** Lets go of the broker, so that the program can end. */
  close(): Promise<void>
}

/**
 * Gives the streams of an app their topics in a program that serves no pages: a queue worker, a
 * script, a cron job. From then on their `publish` works there. Rejects without a broker that the
 * program shares with the app.
 *
 * @example
 * ```ts
 * const connection = await connect({ broker: 'redis://localhost' })
 * await Room.at({ room: 'lobby' }).publish('message', { text: 'Backup done' })
 * await connection.close()
 * ```
 */
export async function connect({ root, broker }: ConnectOptions = {}): Promise<StreamConnection> {
  const logs = openLogs(broker, currentHost())
  const opened = await logs.open()
  if (!opened.isShared) {
    await logs.close()
    throw new TypeError(`connect() needs a broker that the program shares with the app.

Expected: connect({ broker: 'redis://localhost' }), or BROKER_URL
Got: ${broker === undefined ? 'none' : 'the memory of this process'}`)
  }
  try {
    const streams = await loadStreams(resolve(root ?? process.cwd()), opened)
    return {
      async close() {
        await Promise.all(streams.map(({ release }) => release()))
        await logs.close()
      },
    }
  } catch (error) {
    await logs.close()
    throw error
  }
}
