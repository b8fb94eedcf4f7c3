import { ByteSink } from './byte-sink.ts'

/** What snappy-java puts before its blocks: 0x82 "SNAPPY" 0, then two versions of four bytes. */
const JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])

/** Decompresses snappy, raw (librdkafka) or in the blocks of snappy-java (Java clients). */
export function decompressSnappy(bytes: Buffer, limit: number): Buffer {
  const sink = new ByteSink(limit)
  if (!bytes.subarray(0, 8).equals(JAVA_MAGIC)) {
    decompressBlock(bytes, sink)
    return sink.bytes
  }
  for (let at = 16; at < bytes.length;) {
    const size = bytes.readInt32BE(at)
    if (size <= 0 || at + 4 + size > bytes.length)
      throw new RangeError('A snappy block is cut off.')
    decompressBlock(bytes.subarray(at + 4, at + 4 + size), sink)
    at += 4 + size
  }
  return sink.bytes
}

/** One block (google/snappy, format_description.txt): its length, then literals and copies. */
function decompressBlock(block: Buffer, sink: ByteSink): void {
  let at = 0
  while ((block[at] ?? 0) > 127) at++
  at++
  const start = sink.length
  while (at < block.length) {
    const tag = block.readUInt8(at++)
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1
      if (length > 60) {
        const size = length - 60
        length = block.readUIntLE(at, size) + 1
        at += size
      }
      if (at + length > block.length) throw new RangeError('A snappy literal is cut off.')
      sink.push(block, at, at + length)
      at += length
      continue
    }
    let length = (tag >> 2) + 1
    let distance: number
    if ((tag & 3) === 1) {
      length = ((tag >> 2) & 7) + 4
      distance = ((tag >> 5) << 8) | block.readUInt8(at)
      at += 1
    } else if ((tag & 3) === 2) {
      distance = block.readUInt16LE(at)
      at += 2
    } else {
      distance = block.readUInt32LE(at)
      at += 4
    }
    if (distance > sink.length - start) throw new RangeError('A snappy copy begins too early.')
    sink.repeat(distance, length)
  }
}
