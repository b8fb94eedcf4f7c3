import { encodeEvent } from '../sse/event.ts'

/** What a client remembers after `event: end`, so that its reconnect can be refused. */
export const END_ID = 'end'

/** The names of events that are Rivulet's own; no stream may declare one. */
export const CONTROL_EVENTS = ['topic', 'reset', 'end', 'denied', 'expired'] as const

/** Says which topic the blocks that follow belong to, where a connection has several. */
export function topicBlock(topic: string): Uint8Array {
  return encodeEvent({ event: 'topic', data: topic })
}

/** Events were lost between what the client has and this cursor: it has to paint anew. */
export function resetBlock(cursor: string): Uint8Array {
  return encodeEvent({ event: 'reset', id: cursor, data: '' })
}

/** The topic is over, for good. */
export const END: Uint8Array = encodeEvent({ event: 'end', id: END_ID, data: '' })

/** What `authorize` had allowed has run out. */
export const EXPIRED: Uint8Array = encodeEvent({ event: 'expired', data: '' })

/** A topic that this visitor is not to have; `status` says why, as HTTP does. */
export function deniedBlock(status: number): Uint8Array {
  return encodeEvent({ event: 'denied', data: String(status) })
}
