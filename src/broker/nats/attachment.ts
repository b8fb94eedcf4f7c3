import type { Msg } from '@nats-io/transport-node'
import { type Delivery, deliveryOf } from './delivery.ts'
import type { Session } from './session.ts'
import { unlessLost } from './unless-lost.ts'

/** What one consumer is attached for. */
export interface Wanted {
  /** The first sequence number. */
  readonly from: number
  /** Subjects of the stream; `undefined` for all of them. */
  readonly filter: string | undefined
  readonly ephemeral: string
  record(delivery: Delivery, message: Msg): void
  hearEphemeral(message: Msg): void
}

export interface Attachment {
  /** Resolves with the reason why nothing more comes. */
  readonly ended: Promise<string>
}

/** Milliseconds between two signs of life of a consumer that has nothing to deliver. */
const HEARTBEAT = 1000
/** Nanoseconds of a millisecond: JetStream counts time in them. */
const MILLISECOND = 1_000_000

/**
 * Opens a push consumer that acknowledges nothing, and watches over its order: whatever is missing
 * in its count, or a silence, ends it. (What the client calls an ordered consumer needs server
 * 2.10 and hides the place to go on from.)
 */
export async function attach(
  session: Session,
  stopped: AbortSignal,
  wanted: Wanted,
): Promise<Attachment> {
  const { connection, manager, stream, newInbox, lost } = session
  const { promise: ended, resolve: end } = Promise.withResolvers<string>()
  const leave = new AbortController()
  let name: string | undefined
  let count = 0
  let heard = performance.now()
  const inbox = newInbox()

  const subscriptions = [
    connection.subscribe(inbox, { callback: hear }),
    connection.subscribe(wanted.ephemeral, {
      callback: (error, message) =>
        error === null ? wanted.hearEphemeral(message) : finish(error.message),
    }),
  ]
  const watch = setInterval(() => {
    if (performance.now() - heard > 3 * HEARTBEAT) finish('the consumer has fallen silent')
  }, HEARTBEAT)
  lost.addEventListener('abort', () => finish('the link is lost'), { signal: leave.signal })
  stopped.addEventListener('abort', () => finish('nobody listens'), { signal: leave.signal })
  try {
    const creation = manager.consumers.add(stream, {
      deliver_subject: inbox,
      deliver_policy: 'by_start_sequence',
      opt_start_seq: Math.max(wanted.from, 1),
      ack_policy: 'none',
      flow_control: true,
      idle_heartbeat: HEARTBEAT * MILLISECOND,
      inactive_threshold: 5 * HEARTBEAT * MILLISECOND,
      mem_storage: true,
      num_replicas: 1,
      ...(wanted.filter === undefined ? {} : { filter_subject: wanted.filter }),
    })
    name = (await unlessLost(creation, leave.signal)).name
  } catch (error) {
    finish((error as Error).message)
    throw error
  }
  return { ended }

  function hear(error: Error | null, message: Msg): void {
    if (leave.signal.aborted) return
    if (error !== null) return finish(error.message)
    heard = performance.now()
    const delivery = deliveryOf(message)
    if (delivery === undefined) return status(message)
    if (delivery.number !== count + 1) return finish('a message was lost on the way')
    count = delivery.number
    wanted.record(delivery, message)
  }

  function status({ headers, reply }: Msg): void {
    if (headers?.code !== 100) return finish(headers?.description ?? 'a message without a place')
    // It waits for an answer before it sends more (ADR-15, flow control).
    const stalled = reply || headers.get('Nats-Consumer-Stalled')
    if (stalled !== '') connection.publish(stalled)
    const sent = headers.get('Nats-Last-Consumer')
    if (sent !== '' && Number(sent) !== count) finish('a message was lost on the way')
  }

  function finish(reason: string): void {
    if (leave.signal.aborted) return
    leave.abort()
    clearInterval(watch)
    for (const subscription of subscriptions) subscription.unsubscribe()
    if (name !== undefined) release(name)
    end(reason)
  }

  /** Whether it works or not: JetStream drops a consumer that nobody hears after some seconds. */
  function release(consumer: string): void {
    if (lost.aborted || connection.isClosed()) return
    manager.consumers.delete(stream, consumer).catch(() => undefined)
  }
}
