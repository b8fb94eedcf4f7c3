import { checkCode } from './kafka-error.ts'
import type { KafkaRequest } from './request.ts'

/** `earliest`: the first offset that is kept. `committed`: after the last record that may be read. `latest`: after the last record. */
export type OffsetKind = 'earliest' | 'committed' | 'latest'

/** Asks a leader for the bounds of its partitions: offsets by partition. */
export function listOffsets(
  topic: string,
  partitions: readonly number[],
  kind: OffsetKind,
): KafkaRequest<Map<number, number>> {
  return {
    name: 'ListOffsets',
    key: 2,
    version: 2,
    write(writer) {
      writer.int32(-1).int8(kind === 'latest' ? 0 : 1)
      writer.array([topic], (name) => {
        writer.string(name).array(partitions, (partition) => {
          writer.int32(partition).int64(kind === 'earliest' ? -2 : -1)
        })
      })
    },
    read(reader) {
      const offsets = new Map<number, number>()
      reader.int32()
      reader.array(() => {
        const name = reader.string()
        reader.array(() => {
          const partition = reader.int32()
          checkCode(reader.int16(), `The bounds of ${name}, partition ${partition}`)
          reader.int64()
          offsets.set(partition, reader.int64())
        })
      })
      return offsets
    },
  }
}
