import type { Entry } from '../broker/broker.ts'
import { encodeEvent } from '../sse/event.ts'
import type { Rendered } from './rendered.ts'

/** One encoded event of a topic, as every connection gets it. */
export interface Frame {
  readonly bytes: Uint8Array
  /** The cursor after it; absent on an ephemeral event. */
  readonly cursor: string | undefined
  /** Of the frames with one key, a reader that is behind gets only the newest. */
  readonly key: string | undefined
  /** When this process had the event, as `performance.now()` tells. */
  readonly at: number
}

/** The frame of an entry. One that could not be rendered still moves the cursor, without data. */
export function frameOf(
  { cursor }: Entry,
  rendered: Rendered | undefined,
  at = performance.now(),
): Frame {
  if (rendered === undefined) {
    const bytes = cursor === undefined ? new Uint8Array() : encodeEvent({ id: cursor })
    return { bytes, cursor, key: undefined, at }
  }
  const key = rendered.delivery.kind === 'latest' ? rendered.event : undefined
  return { bytes: rendered.bytes, cursor, key, at }
}
