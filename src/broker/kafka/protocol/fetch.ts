import { decodeBatches, type StoredBatch } from './decode-batches.ts'
import { checkCode, KafkaError } from './kafka-error.ts'
import type { KafkaRequest } from './request.ts'

/** What to read, and how long to wait for it. */
export interface FetchOptions {
  readonly topic: string
  /** The offsets to begin at, by partition. */
  readonly from: ReadonlyMap<number, number>
  /** Milliseconds that the server waits while there is nothing. */
  readonly wait: number
  /** Bytes of the whole answer, and of one partition. A larger batch comes all the same, alone. */
  readonly bytes: { readonly all: number; readonly partition: number }
}

/** What one partition has. */
export interface Fetched {
  readonly partition: number
  readonly batches: readonly StoredBatch[]
  /** Transactions that were aborted, in these batches: the producer, and the first offset. */
  readonly aborted: readonly { readonly producer: number; readonly first: number }[]
  /** Bytes, as they came. */
  readonly size: number
  /** The partition's own error. */
  readonly error: KafkaError | undefined
}

/** Reads partitions from their leader, up to the last record whose transaction has ended. */
export function fetch({ topic, from, wait, bytes }: FetchOptions): KafkaRequest<Fetched[]> {
  return {
    name: 'Fetch',
    key: 1,
    version: 11,
    write(writer) {
      writer.int32(-1).int32(wait).int32(1).int32(bytes.all).int8(1).int32(0).int32(-1)
      writer.array([topic], (name) => {
        writer.string(name).array([...from], ([partition, offset]) => {
          writer.int32(partition).int32(-1).int64(offset).int64(-1).int32(bytes.partition)
        })
      })
      writer.int32(0).string('')
    },
    read(reader) {
      reader.int32()
      checkCode(reader.int16(), `Reading ${topic}`)
      reader.int32()
      return reader
        .array(() => {
          reader.string()
          return reader.array(() => {
            const partition = reader.int32()
            const code = reader.int16()
            for (let bound = 0; bound < 3; bound++) reader.int64()
            const aborted = reader.array(() => ({
              producer: reader.int64(),
              first: reader.int64(),
            }))
            reader.int32()
            const records = reader.bytesOf() ?? Buffer.alloc(0)
            const what = `Reading ${topic}, partition ${partition}`
            return {
              partition,
              batches: decodeBatches(records),
              aborted,
              size: records.length,
              error: code === 0 ? undefined : new KafkaError(code, what),
            }
          })
        })
        .flat()
    },
  }
}
