import type { CachedLog } from './cached-log.ts'
import type { EventRecord } from './record.ts'
import type { Standing } from './standing.ts'
import type { StreamState } from './stream.ts'

/** What a log retains after a sequence number. */
export interface Retained {
  readonly events: readonly EventRecord[]
  /** Where that ends. */
  readonly seq: number
  /** Something in between is gone, or the cursor was none of this stream's; the events are none then. */
  readonly lost: boolean
}

/** A log, and how far it reaches at least. */
export interface Reading {
  readonly log: CachedLog
  readonly head: number
}

/**
 * What comes after a cursor, or all of it without one. The stream is asked only where this process
 * cannot know: about a cursor from before its first reading, or from beyond what it has heard.
 */
export async function backlogAfter(
  { log, head }: Reading,
  after: string | undefined,
  standing: Standing,
  inspect: () => Promise<StreamState>,
): Promise<Retained> {
  const { epoch } = standing
  const from = after === undefined ? undefined : standing.parse(after)
  if (from !== undefined && (from > standing.head || from < log.wholeAfter)) {
    const { first } = await inspect()
    log.wholeAfter = Math.min(log.wholeAfter, first - 1)
  }
  if (standing.epoch !== epoch) throw new Error('the stream was made anew meanwhile')
  const events = log.after(from ?? 0)
  const seq = Math.max(log.last, head)
  if (after === undefined) return { events, seq, lost: false }
  const known = from !== undefined && from <= standing.head
  if (!known || from < log.wholeAfter || from < log.evicted) return { events: [], seq, lost: true }
  return { events, seq: Math.max(seq, from), lost: false }
}
