import type { ConsumerInfo } from '@nats-io/jetstream'
import type { Msg } from '@nats-io/transport-node'
import { deliveryOf } from './delivery.ts'
import { decodeRecord, type NatsRecord } from './record.ts'
import type { Session } from './session.ts'

/** Which records of a subject are wanted. */
export interface Range {
  /** The first sequence number that counts. */
  readonly from: number
  /** The newest record that the subject is known to have. */
  readonly through: number
  /** At most so many, the newest. */
  readonly most: number
  /** Texts are left out. */
  readonly headersOnly?: boolean
}

export interface Found {
  readonly records: readonly NatsRecord[]
  /** Where the reading began: later than asked for if there were too many. */
  readonly from: number
  /** The server's time at the beginning, in milliseconds since 1970. */
  readonly at: number
}

/** Thrown when a reading has to be begun again. */
export class IncompleteReading extends Error {
  override readonly name = 'IncompleteReading'
  override readonly message = 'a reading of NATS broke off'
}

/** Messages that are asked for at once. */
const BATCH = 500
/** Nanoseconds of a millisecond: JetStream counts time in them. */
const MILLISECOND = 1_000_000
/** Milliseconds without a message after which the reading is given up: something was deleted meanwhile. */
const QUIET = 2000

/**
 * Reads a subject's records through a pull consumer that lives for this one reading: the only way
 * to many messages of one subject that servers before 2.11 have.
 */
export async function readSubject(session: Session, subject: string, range: Range): Promise<Found> {
  const { consumer, from } = await locate(session, subject, range)
  try {
    const records: NatsRecord[] = []
    while (records.length < consumer.num_pending && (records.at(-1)?.seq ?? 0) < range.through) {
      records.push(...(await pull(session, consumer, records.length, range.through)))
    }
    // It was deleted meanwhile, or the server that the consumer is on does not have it yet.
    if ((records.at(-1)?.seq ?? 0) < range.through) throw new IncompleteReading()
    return { records, from, at: Date.parse(consumer.created) }
  } finally {
    release(session, consumer)
  }
}

/** A consumer from where on there are not too many: they may be millions, from a producer that nobody heard. */
async function locate(
  session: Session,
  subject: string,
  range: Range,
): Promise<{ consumer: ConsumerInfo; from: number }> {
  let [low, high, from] = [range.from, range.through, range.from]
  for (;;) {
    const consumer = await consume(session, subject, from, range)
    const { num_pending: count } = consumer
    const enough = from === range.from || count >= range.most / 4
    if ((count <= range.most && enough) || high - low <= 1) return { consumer, from }
    release(session, consumer)
    if (count > range.most) low = from
    else high = from
    from = low + Math.ceil((high - low) / 2)
  }
}

function consume(
  { manager, stream }: Session,
  subject: string,
  from: number,
  { headersOnly }: Range,
): Promise<ConsumerInfo> {
  return manager.consumers.add(stream, {
    name: `read-${crypto.randomUUID()}`,
    filter_subject: subject,
    deliver_policy: 'by_start_sequence',
    opt_start_seq: Math.max(from, 1),
    ack_policy: 'none',
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: 10_000 * MILLISECOND,
    headers_only: headersOnly === true,
  })
}

/** Nobody waits for the answer: JetStream drops a consumer that nobody asks after some seconds. */
function release({ manager, stream, lost }: Session, { name }: ConsumerInfo): void {
  if (!lost.aborted) manager.consumers.delete(stream, name).catch(() => undefined)
}

/** The next batch of a consumer, or less if the newest record is in it. */
function pull(
  { connection, api, newInbox, stream, lost }: Session,
  { name, num_pending: count }: ConsumerInfo,
  taken: number,
  through: number,
): Promise<NatsRecord[]> {
  const records: NatsRecord[] = []
  const batch = Math.min(BATCH, count - taken)
  const { promise, resolve, reject } = Promise.withResolvers<NatsRecord[]>()
  const quit = (): void => reject(new IncompleteReading())
  let quiet = setTimeout(quit, QUIET)
  const hear = (error: Error | null, message: Msg): void => {
    if (error !== null) return reject(error)
    const delivery = deliveryOf(message)
    // A status instead of a message, or a message that got lost on the way.
    if (delivery?.number !== taken + records.length + 1) return quit()
    records.push(decodeRecord(delivery, message))
    clearTimeout(quiet)
    if (records.length === batch || delivery.seq >= through) return resolve(records)
    quiet = setTimeout(quit, QUIET)
  }
  const inbox = newInbox()
  const subscription = connection.subscribe(inbox, { callback: hear })
  const request = JSON.stringify({ batch, expires: 5_000 * MILLISECOND })
  connection.publish(`${api}.CONSUMER.MSG.NEXT.${stream}.${name}`, request, { reply: inbox })
  lost.addEventListener('abort', quit, { once: true })
  return promise.finally(() => {
    clearTimeout(quiet)
    lost.removeEventListener('abort', quit)
    subscription.unsubscribe()
  })
}
