import { crc32c } from './crc32c.ts'
import { decompress } from './decompress.ts'
import { BEFORE_CRC } from './record-batch.ts'
import { WireReader } from './wire-reader.ts'

/** A record as it was read. */
export interface StoredRecord {
  readonly offset: number
  /** Milliseconds since 1970, by the producer's clock or the server's; negative when there is none. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: ReadonlyMap<string, Buffer | null>
}

/** A batch: its records, or why it has none, and the offset after it. */
export interface StoredBatch {
  readonly records: readonly StoredRecord[]
  /** Why its records cannot be read: a wrong checksum, an unknown compression. */
  readonly unreadable: string | undefined
  /** It says how a transaction ended, and is no data. */
  readonly control: boolean
  /** Its transaction's producer, when it is part of one. */
  readonly transaction: number | undefined
  readonly next: number
}

/** Attributes of a batch, beside its compression. */
const SERVER_TIME = 8
const TRANSACTIONAL = 16
const CONTROL = 32

/** Decodes what a fetch answers; a batch that is cut off at the end is left for the next fetch. */
export function decodeBatches(bytes: Buffer): StoredBatch[] {
  const batches: StoredBatch[] = []
  const reader = new WireReader(bytes)
  while (reader.left >= 17) {
    const offset = reader.int64()
    const length = reader.int32()
    if (length < 5 || length > reader.left) break
    batches.push(decodeBatch(offset, reader.raw(length)))
  }
  return batches
}

/** A batch from its leader epoch on. */
function decodeBatch(offset: number, bytes: Buffer): StoredBatch {
  const header = { records: [], control: false, transaction: undefined }
  const format = bytes.readInt8(4)
  // Before Kafka 0.11 each message stood for itself.
  if (format !== 2 || bytes.length < 49)
    return { ...header, unreadable: `it has the format ${format}`, next: offset + 1 }
  const reader = new WireReader(bytes)
  reader.raw(5)
  const crc = reader.uint32()
  const attributes = reader.int16()
  const next = offset + reader.int32() + 1
  const first = reader.int64()
  const newest = reader.int64()
  const producer = reader.int64()
  reader.raw(6)
  const transaction = (attributes & TRANSACTIONAL) === 0 ? undefined : producer
  const batch = { ...header, next, transaction, control: (attributes & CONTROL) !== 0 }
  if (crc32c(bytes.subarray(BEFORE_CRC - 12)) !== crc)
    return { ...batch, unreadable: 'its checksum is wrong' }
  try {
    const count = reader.int32()
    const packed = new WireReader(decompress(attributes & 7, reader.raw(reader.left)))
    const time = (since: number): number =>
      (attributes & SERVER_TIME) === 0 ? first + since : newest
    const records: StoredRecord[] = []
    for (let index = 0; index < count; index++) records.push(decodeRecord(packed, offset, time))
    return { ...batch, records, unreadable: undefined }
  } catch (error) {
    return { ...batch, unreadable: String(error) }
  }
}

const NO_HEADERS: ReadonlyMap<string, Buffer | null> = new Map()

function decodeRecord(
  packed: WireReader,
  base: number,
  time: (since: number) => number,
): StoredRecord {
  const reader = new WireReader(packed.raw(packed.signed()))
  reader.int8()
  const timestamp = time(reader.signed())
  const offset = base + reader.signed()
  const key = reader.recordBytes()
  const value = reader.recordBytes()
  let left = reader.signed()
  if (left === 0) return { offset, timestamp, key, value, headers: NO_HEADERS }
  const headers = new Map<string, Buffer | null>()
  for (; left > 0; left--) {
    headers.set(reader.recordBytes()?.toString('utf8') ?? '', reader.recordBytes())
  }
  return { offset, timestamp, key, value, headers }
}
