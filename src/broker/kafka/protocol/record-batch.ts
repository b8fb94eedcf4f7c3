import { crc32c } from './crc32c.ts'
import { WireWriter } from './wire-writer.ts'

/** A record as it is written. */
export interface NewRecord {
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** Bytes of a batch before what its checksum covers: offset, length, leader epoch, format, checksum. */
export const BEFORE_CRC = 21

/** Encodes records as one batch of format 2, uncompressed (Kafka protocol, "Record Batch"). */
export function encodeBatch(records: readonly NewRecord[]): Buffer {
  const first = records[0]?.timestamp ?? 0
  const last = records.reduce((newest, { timestamp }) => Math.max(newest, timestamp), first)
  const body = new WireWriter()
    .int16(0) // attributes: no compression, the producer's time, no transaction
    .int32(records.length - 1)
    .int64(first)
    .int64(last)
    .int64(-1) // no producer id: what is answered to nobody is not sent again
    .int16(-1)
    .int32(-1)
  body.array([...records.entries()], ([index, record]) => {
    const bytes = encodeRecord(record, index, record.timestamp - first)
    body.signed(bytes.length).raw(bytes)
  })
  return new WireWriter()
    .int64(0)
    .int32(body.length + BEFORE_CRC - 12)
    .int32(-1)
    .int8(2)
    .uint32(crc32c(body.bytes))
    .raw(body.bytes).bytes
}

function encodeRecord(record: NewRecord, index: number, sinceFirst: number): Buffer {
  const writer = new WireWriter()
    .int8(0)
    .signed(sinceFirst)
    .signed(index)
    .recordBytes(record.key)
    .recordBytes(record.value)
    .signed(record.headers.length)
  for (const [name, value] of record.headers) {
    writer.recordBytes(Buffer.from(name)).recordBytes(Buffer.from(value))
  }
  return writer.bytes
}
