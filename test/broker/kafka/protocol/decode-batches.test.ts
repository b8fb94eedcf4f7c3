import { describe, expect, test } from 'bun:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { crc32c } from '../../../../src/broker/kafka/protocol/crc32c.ts'
import { decodeBatches } from '../../../../src/broker/kafka/protocol/decode-batches.ts'
import { encodeBatch } from '../../../../src/broker/kafka/protocol/record-batch.ts'

const record = { key: Buffer.from('k'), value: Buffer.from('v'), headers: [], timestamp: 1000 }

/** A batch with its records packed, and the number of the packing. */
function packed(codec: number, pack: (records: Buffer) => Uint8Array | readonly number[]): Buffer {
  const batch = encodeBatch(Array.from({ length: 100 }, () => record))
  const bytes = Buffer.concat([batch.subarray(0, 61), Buffer.from(pack(batch.subarray(61)))])
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt16BE(codec, 21)
  return signed(bytes)
}

/** The batch with the checksum that it should have. */
function signed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}

function snappyLiteral(bytes: Buffer): Buffer {
  const length = [(bytes.length & 127) | 128, bytes.length >> 7]
  return Buffer.concat([Buffer.from([...length, 61 << 2, ...u16(bytes.length - 1)]), bytes])
}

function u16(value: number): number[] {
  return [value & 255, value >> 8]
}

test('the checksum is CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})

test('whatever records are written are read', () => {
  const header = fc.tuple(fc.string(), fc.string())
  const written = fc.record({
    key: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    value: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    headers: fc.uniqueArray(header, { maxLength: 3, selector: ([name]) => name }),
    timestamp: fc.integer({ min: 0, max: 2 ** 50 }),
  })
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 9 }), (records) => {
      const [batch, ...others] = decodeBatches(encodeBatch(records))
      expect(others).toEqual([])
      expect(batch).toMatchObject({ unreadable: undefined, control: false, next: records.length })
      expect(batch?.records.map(({ offset }) => offset)).toEqual([...records.keys()])
      expect(
        batch?.records.map(({ key, value, timestamp, headers }) => ({
          key,
          value,
          timestamp,
          headers: [...headers].map(([name, text]) => [name, String(text)]),
        })),
      ).toEqual(
        records.map((one) => ({
          ...one,
          headers: one.headers.map(([name, text]) => [name, String(Buffer.from(text))]),
        })),
      )
    }),
  )
})

describe('records are unpacked', () => {
  test.each([
    ['gzip', packed(1, gzipSync)],
    ['zstd', packed(4, zstdCompressSync)],
    ['snappy', packed(2, snappyLiteral)],
    [
      'snappy in the blocks of Java',
      packed(2, (records) => {
        const blocks = [records.subarray(0, 200), records.subarray(200)].map((part) => {
          const block = snappyLiteral(part)
          const size = Buffer.alloc(4)
          size.writeInt32BE(block.length)
          return Buffer.concat([size, block])
        })
        const magic = Buffer.from('\u0082SNAPPY\0\0\0\0\u0001\0\0\0\u0001', 'latin1')
        return Buffer.concat([magic, ...blocks])
      }),
    ],
    [
      'lz4 in a block that is not packed',
      packed(3, (records) => {
        const size = Buffer.alloc(4)
        size.writeUInt32LE((records.length | 0x80000000) >>> 0)
        const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
        return Buffer.concat([head, size, records, Buffer.alloc(4)])
      }),
    ],
  ])('%s', (_, bytes) => {
    const [batch] = decodeBatches(bytes)
    expect(batch?.unreadable).toBeUndefined()
    expect(batch?.records).toHaveLength(100)
    expect(batch?.records[99]).toMatchObject({ offset: 99, key: record.key, value: record.value })
  })
})

describe('a batch that cannot be read says why, and where the next one begins', () => {
  test.each([
    ['a wrong checksum', () => encodeBatch([record]).fill(1, 17, 21), 'checksum'],
    ['an unknown packing', () => packed(5, (records) => records), 'compression 5'],
    ['a packing that it has not', () => packed(1, (records) => records), 'header'],
    ['a snappy copy from nowhere', () => packed(2, () => [9, 0b1, 5]), 'too early'],
    ['a snappy literal without its end', () => packed(2, () => [9, 60 << 2, 99]), 'cut off'],
    ['an lz4 frame without its magic', () => packed(3, () => Buffer.alloc(9)), 'LZ4'],
    [
      'an lz4 copy from nowhere',
      () =>
        packed(3, () => [
          4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, 5, 0, 0, 0, 0x10, 1, 9, 0, 0, 0, 0, 0, 0,
        ]),
      'too early',
    ],
    ['more than memory is for', () => packed(1, () => gzipSync(Buffer.alloc(65 << 20))), ''],
    [
      'fewer records than it says',
      () => packed(0, (records) => records.subarray(0, 99)),
      'missing',
    ],
    ['an older format', () => encodeBatch([record]).fill(1, 16, 17), 'format 1'],
  ])('%s', (_, make, why) => {
    const bytes = Buffer.from(make())
    const good = encodeBatch([record])
    const [batch, next] = decodeBatches(Buffer.concat([bytes, good]))
    expect(batch?.records).toEqual([])
    expect(batch?.unreadable ?? 'readable').toContain(why)
    expect(batch?.unreadable).toBeDefined()
    expect(batch?.next).toBeGreaterThan(0)
    expect(next?.records).toHaveLength(1)
  })
})

test('a batch that is cut off is left for the next fetch', () => {
  const batch = encodeBatch([record])
  for (let length = 0; length < batch.length; length++) {
    expect(decodeBatches(Buffer.concat([batch, batch.subarray(0, length)]))).toHaveLength(1)
  }
})

test('no bytes make it throw, or read without an end', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 100 }).map((noise) => packed(noise[0] ?? 0, () => noise)),
    fc.tuple(fc.nat(68), fc.nat(255)).map(([at, value]) => {
      const batch = encodeBatch([record])
      batch[at] = value
      return at > 20 ? signed(batch) : batch
    }),
  )
  fc.assert(
    fc.property(bytes, (one) => void decodeBatches(Buffer.from(one))),
    { numRuns: 2000 },
  )
})
