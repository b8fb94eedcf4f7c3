import type { Broker } from '../broker/broker.ts'
import { createMemoryBroker, isMemoryBroker } from '../broker/memory.ts'
import { openBroker } from '../broker/open-broker.ts'
import type { Logs } from '../stream/place-stream.ts'
import type { Host } from './host.ts'

/** The broker of an app. */
export interface AppLogs {
  /** Opens it; rejects with what is wrong with the URL. */
  open(): Promise<Logs>
  /** Whether other processes hear what this one publishes, once open. */
  readonly isShared: boolean
  /** Closes it, if it was opened here. */
  close(): Promise<void>
}

/** What an app was given, else what `BROKER_URL` names, else a development host's, else memory. */
export function openLogs(given: string | Broker | undefined, host: Host | undefined): AppLogs {
  const named = given ?? (process.env['BROKER_URL'] || host?.broker || createMemoryBroker())
  const isOwn = named !== given && named !== host?.broker
  let opening: Promise<Logs> | undefined
  let isShared = false

  async function open(): Promise<Logs> {
    const broker = typeof named === 'string' ? await openBroker(named) : named
    // The host's memory is of another module graph, which this one cannot ask.
    isShared = broker !== host?.broker && !isMemoryBroker(broker)
    return { broker, isShared }
  }

  return {
    open: () => (opening ??= open()),
    get isShared() {
      return isShared
    },
    async close() {
      // What could not be opened has been told to whoever asked for it.
      const [opened] = await Promise.allSettled([opening])
      if (opened.status === 'fulfilled' && (isOwn || typeof given === 'string'))
        await opened.value?.broker.close()
    },
  }
}
