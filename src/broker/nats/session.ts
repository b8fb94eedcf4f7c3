import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Driver } from './driver.ts'
import type { StreamState } from './stream.ts'

/** One stretch of time with a connection to NATS and a stream to work with. */
export interface Session {
  readonly driver: Driver
  readonly connection: NatsConnection
  readonly manager: JetStreamManager
  readonly client: JetStreamClient
  /** Name of the stream. */
  readonly stream: string
  /** What the subjects of JetStream's own requests begin with. */
  readonly api: string
  /** A subject that nobody else has. */
  readonly newInbox: () => string
  /** How the stream stood when the session began. */
  readonly begin: StreamState
  /** Aborted with the loss of the connection. */
  readonly lost: AbortSignal
}
