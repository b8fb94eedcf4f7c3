import type { KafkaRequest } from './request.ts'

const TOPIC = 2

/** Asks for a topic's `cleanup.policy`; answers `undefined` where that may not be known. */
export function cleanupPolicy(topic: string): KafkaRequest<string | undefined> {
  return {
    name: 'DescribeConfigs',
    key: 32,
    version: 1,
    write(writer) {
      writer.array([topic], (name) => {
        writer.int8(TOPIC).string(name)
        writer.array(['cleanup.policy'], (key) => writer.string(key))
      })
      writer.int8(0)
    },
    read(reader) {
      reader.int32()
      const [values] = reader.array(() => {
        reader.int16()
        reader.string()
        reader.int8()
        reader.string()
        return reader.array(() => {
          reader.string()
          const value = reader.string()
          reader.raw(3)
          reader.array(() => [reader.string(), reader.string(), reader.int8()])
          return value
        })
      })
      return values?.[0] ?? undefined
    },
  }
}
