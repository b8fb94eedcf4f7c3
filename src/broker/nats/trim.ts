import { readSubject } from './read-subject.ts'
import { HEADER, type NatsRecord, recordsOf } from './record.ts'
import type { Session } from './session.ts'
import { TopicLog } from './topic-log.ts'

/**
 * Milliseconds that a record is left alone, by the server's clock: time for every listener to hear
 * it. One that is further behind than that is told of a gap.
 */
export const SETTLED = 5000
/** Deletions that are asked for at once. */
const BATCH = 32

/**
 * Removes what a topic no longer retains.
 *
 * Before anything that a cursor may point before is gone, a record with `Rivulet-Floor` says up to
 * where: so a reader knows of the gap, and a listener that was away. What a newer event of the same
 * key supersedes goes without a word: whoever resumes has missed nothing.
 */
export async function trim(session: Session, subject: string): Promise<void> {
  const { manager, client, driver, stream } = session
  const newest = await manager.streams.getMessage(stream, { last_by_subj: subject })
  if (newest === null) return
  const most = recordsOf(newest.header)
  const range = { from: 1, through: newest.seq, most, headersOnly: true }
  const { records, at: now } = await readSubject(session, subject, range)
  const { evicted, superseded } = reckon(records)
  const settled = now - SETTLED
  const floor = records.findLast(({ seq, at }) => seq <= evicted && at <= settled)?.seq
  const known = records.findLast((record) => record.kind === 'floor')?.floor ?? 0

  if (floor !== undefined && floor > known) {
    const headers = driver.headers()
    headers.set(HEADER.floor, String(floor))
    await client.publish(subject, '', { headers, expect: { streamName: stream } })
    await manager.streams.purge(stream, { filter: subject, seq: floor + 1 })
  }
  const gone = superseded.filter(({ seq, at }) => seq > (floor ?? 0) && at <= settled)
  while (gone.length > 0) {
    // Another process may have been quicker with some; the rest is left to the next time.
    await Promise.allSettled(
      gone.splice(0, BATCH).map(({ seq }) => manager.streams.deleteMessage(stream, seq, false)),
    )
  }
}

/** Up to where the topic's events are evicted, and which of the others are of no use any more. */
function reckon(records: readonly NatsRecord[]): { evicted: number; superseded: NatsRecord[] } {
  const log = new TopicLog()
  const bySeq = new Map(records.map((record) => [record.seq, record]))
  const superseded: NatsRecord[] = []
  let floor: NatsRecord | undefined
  for (const record of records) {
    const old = bySeq.get(log.add(record) ?? 0)
    if (old !== undefined) superseded.push(old)
    if (record.kind !== 'floor') continue
    if (floor !== undefined) superseded.push(floor)
    floor = record
  }
  log.after(0)
  return { evicted: log.evicted, superseded }
}
