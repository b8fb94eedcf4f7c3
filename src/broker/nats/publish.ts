import type { PublishOptions } from '../broker.ts'
import { pause } from './pause.ts'
import { HEADER, writeKeep, writeKey } from './record.ts'
import type { Session } from './session.ts'
import { unlessLost } from './unless-lost.ts'

/** What is sent: the text in bytes, and how it is kept. */
export interface Outgoing extends PublishOptions {
  readonly subject: string
  readonly data: Uint8Array
}

/** Milliseconds before JetStream is asked again, when nobody took the event. */
const RETRY = 100
/** Bytes that JetStream's own headers may take. */
const HEADROOM = 512

const encoder = new TextEncoder()

/** The bytes of a text; throws when it would not arrive as it is. */
export function encodeText(topic: string, text: string): Uint8Array {
  if (text !== '' && text.isWellFormed()) return encoder.encode(text)
  throw new TypeError(
    `An event of ${topic} is no text that NATS can carry.\n\nExpected: at least one character, no lone surrogates\nGot: ${JSON.stringify(text.slice(0, 80))}`,
  )
}

/**
 * Puts an event into the stream; resolves with its sequence number.
 *
 * It is sent again only when JetStream said that nobody took it (just after the server's start, or
 * while a cluster elects a leader), so that it cannot be there twice. Before that `reopen` looks
 * whether there still is a stream.
 */
export async function publishDurable(
  session: Session,
  outgoing: Outgoing,
  reopen: () => Promise<unknown>,
  alive: () => boolean,
): Promise<number> {
  const { client, stream, lost } = session
  checkSize(session, outgoing)
  for (;;) {
    try {
      const headers = headersOf(session, outgoing)
      const options = { headers, expect: { streamName: stream } }
      const ack = client.publish(outgoing.subject, outgoing.data, options)
      return (await unlessLost(ack, lost)).seq
    } catch (error) {
      if (!isUntaken(error) || !alive()) throw error
    }
    await pause(RETRY, lost)
    // Whatever it says, the next attempt tells whether it helped.
    await reopen().catch(() => undefined)
  }
}

/** Sends an event to whoever listens now; resolves once the server has it. */
export async function publishEphemeral(session: Session, outgoing: Outgoing): Promise<void> {
  checkSize(session, outgoing)
  session.connection.publish(outgoing.subject, outgoing.data)
  await unlessLost(session.connection.flush(), session.lost)
}

function headersOf({ driver }: Session, { retention, key }: Outgoing) {
  const headers = driver.headers()
  headers.set(HEADER.keep, writeKeep(retention))
  if (key !== undefined) headers.set(HEADER.key, writeKey(key))
  return headers
}

function checkSize({ connection }: Session, { data, subject }: Outgoing): void {
  const most = connection.info?.max_payload ?? Number.POSITIVE_INFINITY
  const needed = data.length + HEADROOM
  if (needed <= most) return
  throw new TypeError(`An event for ${subject} is too large for the NATS server.

Expected: at most ${most} bytes with its headers, the server's max_payload
Got: ${data.length} bytes of text and up to ${HEADROOM} of headers
Raise it in the server's configuration: max_payload: ${2 ** Math.ceil(Math.log2(needed))}`)
}

/** Whether nobody was there to take a request ("no responders"). */
function isUntaken(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'JetStreamNotEnabled') return false
  return error.cause instanceof Error && error.cause.name === 'RequestError'
}
