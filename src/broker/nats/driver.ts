import type * as Jetstream from '@nats-io/jetstream'
import type * as Transport from '@nats-io/transport-node'

/** What is used of the two packages of the NATS client. */
export interface Driver {
  readonly connect: typeof Transport.connect
  readonly headers: typeof Transport.headers
  readonly createInbox: typeof Transport.createInbox
  readonly jetstreamManager: typeof Jetstream.jetstreamManager
}

/** Imports the client, which an app without NATS need not have; throws with what to install. */
export async function importDriver(): Promise<Driver> {
  try {
    const [transport, jetstream] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
    ])
    const { connect, headers, createInbox } = transport
    return { connect, headers, createInbox, jetstreamManager: jetstream.jetstreamManager }
  } catch (error) {
    throw new Error(
      `The NATS broker needs two packages that are not installed.

Expected: bun add @nats-io/transport-node @nats-io/jetstream
Got: ${String(error)}`,
      { cause: error },
    )
  }
}
