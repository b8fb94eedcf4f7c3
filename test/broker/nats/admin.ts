import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

/** JetStream as its operator sees it. */
export interface Admin {
  readonly manager: JetStreamManager
  /** Messages of a subject that the stream holds. */
  count(subject: string): Promise<number>
  /** Consumers of the stream. */
  consumers(): Promise<number>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function openAdmin(url: string): Promise<Admin> {
  const connection = await connect({ servers: url })
  const manager = await jetstreamManager(connection, { checkAPI: false })
  return {
    manager,
    async count(subject) {
      const { state } = await manager.streams.info('rivulet', { subjects_filter: subject })
      return state.subjects?.[subject] ?? 0
    },
    async consumers() {
      return (await manager.streams.info('rivulet')).state.consumer_count
    },
    close: () => connection.close(),
    [Symbol.asyncDispose]: () => connection.close(),
  }
}
