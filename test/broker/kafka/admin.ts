import { Connection } from '../../../src/broker/kafka/protocol/connection.ts'
import { KafkaError } from '../../../src/broker/kafka/protocol/kafka-error.ts'
import type { KafkaRequest } from '../../../src/broker/kafka/protocol/request.ts'

/** What whoever runs a Kafka may do to a topic while it is in use. */
export const admin = {
  /** Gives a topic more partitions. */
  setPartitions: (port: number, topic: string, count: number): Promise<void> =>
    ask(port, {
      name: 'CreatePartitions',
      key: 37,
      version: 1,
      write(writer) {
        writer.array([topic], (name) => writer.string(name).int32(count).int32(-1))
        writer.int32(5000).int8(0)
      },
      read(reader) {
        reader.int32()
        reader.array(() => {
          reader.string()
          check(reader.int16(), reader.string())
        })
      },
    }),
  /** Deletes the records of partition 0 before an offset, as retention does. */
  deleteRecords: (port: number, topic: string, before: number): Promise<void> =>
    ask(port, {
      name: 'DeleteRecords',
      key: 21,
      version: 1,
      write(writer) {
        writer.array([topic], (name) => {
          writer.string(name).array([0], (partition) => writer.int32(partition).int64(before))
        })
        writer.int32(5000)
      },
      read(reader) {
        reader.int32()
        reader.array(() => {
          reader.string()
          reader.array(() => {
            reader.int32()
            reader.int64()
            check(reader.int16(), null)
          })
        })
      },
    }),
  deleteTopic: (port: number, topic: string): Promise<void> =>
    ask(port, {
      name: 'DeleteTopics',
      key: 20,
      version: 1,
      write: (writer) => void writer.array([topic], (name) => writer.string(name)).int32(5000),
      read(reader) {
        reader.int32()
        reader.array(() => {
          reader.string()
          check(reader.int16(), null)
        })
      },
    }),
}

function check(code: number, details: string | null): void {
  if (code !== 0) throw new KafkaError(code, 'The request', details)
}

async function ask(port: number, request: KafkaRequest<void>): Promise<void> {
  const settings = { clientId: 'test', tls: undefined, sasl: undefined, timeout: 10_000 }
  const connection = new Connection({ host: '127.0.0.1', port }, settings)
  try {
    await connection.opened
    await connection.send(request)
  } finally {
    connection.close()
  }
}
