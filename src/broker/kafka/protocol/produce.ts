import { checkCode } from './kafka-error.ts'
import type { KafkaRequest } from './request.ts'

/** Appends a batch to a partition, on every replica in sync; answers the offset of its first record. */
export function produce(
  topic: string,
  partition: number,
  batch: Buffer,
  timeout: number,
): KafkaRequest<number> {
  return {
    name: 'Produce',
    key: 0,
    version: 7,
    write(writer) {
      writer.nullString().int16(-1).int32(timeout)
      writer.array([topic], (name) => {
        writer.string(name).array([partition], (index) => {
          writer.int32(index).bytesOf(batch)
        })
      })
    },
    read(reader) {
      let offset = -1
      reader.array(() => {
        const name = reader.string()
        reader.array(() => {
          const index = reader.int32()
          checkCode(reader.int16(), `Appending to ${name}, partition ${index}`)
          offset = reader.int64()
          reader.int64()
          reader.int64()
        })
      })
      return offset
    },
  }
}
