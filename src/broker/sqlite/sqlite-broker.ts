import type { Backlog, Broker, BrokerHealth, Entry, Listener, PublishOptions } from '../broker.ts'
import { formatCursor, parseCursor, type Place } from './cursor.ts'
import type { EventRow } from './event-file.ts'
import { FileLink } from './file-link.ts'
import { Keeper } from './keeper.ts'
import { PublishQueue } from './publish-queue.ts'
import { Reader } from './reader.ts'
import { readOptions, type SqliteBrokerOptions } from './sqlite-options.ts'

/** What a topic retains after a cursor, and where the file stood then. */
interface Retained {
  readonly entries: readonly Entry[]
  readonly place: Place
  readonly isGap: boolean
}

/**
 * The broker of several processes on one machine: logs in a SQLite file, which survive all of them.
 *
 * Throws when the file cannot be opened. A cursor is `epoch.seq`: which file, and the number of an
 * event in the one order that all topics share.
 *
 * @example
 * ```ts
 * export default rivulet({ broker: createSqliteBroker('sqlite:events.db') })
 * ```
 */
export function createSqliteBroker(options: string | SqliteBrokerOptions): Broker {
  const link = new FileLink(readOptions(options))
  const reader = new Reader(link)
  const queue = new PublishQueue(link, () => reader.read())
  const keeper = new Keeper(link, () => reader.read())
  let closing: Promise<void> | undefined

  function checkOpen(what: string): void {
    if (closing !== undefined) throw new Error(`${what}: the broker ${link.name} is closed.`)
  }

  function retained(what: string, topic: string, after: string | undefined): Promise<Retained> {
    return link.patiently(what, (file) => {
      const { epoch } = file
      const place = after === undefined ? undefined : parseCursor(after)
      const isKnown = after === undefined || place?.epoch === epoch
      const log = isKnown ? file.log(topic, place?.seq, Date.now()) : undefined
      return {
        entries: (log?.rows ?? []).flatMap((row) => entryOf(row, epoch)),
        place: { epoch, seq: log?.head ?? file.head },
        isGap: log === undefined,
      }
    })
  }

  return {
    async publish(topic: string, text: string, publish: PublishOptions): Promise<string> {
      checkOpen(`Nothing can be published to ${topic}`)
      return queue.add(topic, text, publish)
    },
    async read(topic: string, after?: string): Promise<Backlog | undefined> {
      const what = `${topic} cannot be read`
      checkOpen(what)
      const { entries, place, isGap } = await retained(what, topic, after)
      return isGap ? undefined : { entries, cursor: formatCursor(place) }
    },
    async subscribe(topic: string, after: string, listener: Listener): Promise<() => void> {
      const what = `${topic} cannot be subscribed to`
      checkOpen(what)
      const { entries, place, isGap } = await retained(what, topic, after)
      if (isGap) listener.gap(formatCursor(place))
      for (const entry of entries) listener.next(entry)
      checkOpen(what)
      return reader.add(topic, place, listener)
    },
    compare(one: string, other: string): number | undefined {
      const [first, second] = [parseCursor(one), parseCursor(other)]
      if (first?.epoch !== link.epoch || second?.epoch !== link.epoch) return undefined
      return first.seq - second.seq
    },
    health(): BrokerHealth {
      const { problem, reconnects } = link
      return { problem, reconnects, badRecords: reader.bad.count, lag: reader.lag }
    },
    close(): Promise<void> {
      closing ??= (async () => {
        reader.close()
        keeper.close()
        // Nobody who was promised an answer goes without; the timeout bounds it.
        await queue.drained()
        link.close()
      })()
      return closing
    },
  }
}

/** What is no event is passed over here, and counted by who reads what comes. */
function entryOf({ seq, text }: EventRow, epoch: string): Entry[] {
  return typeof text === 'string' ? [{ cursor: formatCursor({ epoch, seq }), text }] : []
}
