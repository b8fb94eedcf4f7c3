import { KafkaError } from './kafka-error.ts'
import type { KafkaRequest } from './request.ts'

export interface NewTopic {
  readonly topic: string
  readonly partitions: number
  /** -1 for what the servers have as their default. */
  readonly replicas: number
  readonly config: Readonly<Record<string, string>>
}

/** Creates a topic; answers why not, or `undefined`. Asked of the controller. Needs Kafka 2.4. */
export function createTopic(
  options: NewTopic,
  timeout: number,
): KafkaRequest<KafkaError | undefined> {
  const { topic, partitions, replicas, config } = options
  return {
    name: 'CreateTopics',
    key: 19,
    version: 4,
    write(writer) {
      writer.array([topic], (name) => {
        writer.string(name).int32(partitions).int16(replicas).int32(0)
        writer.array(Object.entries(config), ([key, value]) => {
          writer.string(key).string(value)
        })
      })
      writer.int32(timeout).int8(0)
    },
    read(reader) {
      reader.int32()
      const [error] = reader.array(() => {
        reader.string()
        const code = reader.int16()
        const details = reader.string()
        return code === 0 ? undefined : new KafkaError(code, `Creating ${topic}`, details)
      })
      return error
    },
  }
}
