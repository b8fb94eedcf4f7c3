import type { Msg } from '@nats-io/transport-node'
import type { Place } from './record.ts'

/** What JetStream says about a message that it delivers, in the reply subject. */
export interface Delivery extends Place {
  /** 1 for the first message of the consumer, and so on without a hole. */
  readonly number: number
  /** Messages that the consumer still had before it when it took this one. */
  readonly pending: number
  /** When JetStream stored it, to the nanosecond. */
  readonly stamp: string
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<seq>.<number>.<time>.<pending>`; the newer form
 * has the domain and the account after `ACK`, and a token of its own at the end (ADR-15).
 * `undefined` for what is no delivery, but a status.
 */
export function deliveryOf(message: Msg): Delivery | undefined {
  const reply = message.reply ?? ''
  if (!reply.startsWith('$JS.ACK.')) return undefined
  const tokens = reply.split('.')
  const at = tokens.length === 9 ? 5 : 7
  const stamp = tokens[at + 2] ?? ''
  return {
    seq: Number(tokens[at]),
    number: Number(tokens[at + 1]),
    at: Math.floor(Number(stamp) / 1_000_000),
    stamp,
    pending: Number(tokens[at + 3]),
  }
}
