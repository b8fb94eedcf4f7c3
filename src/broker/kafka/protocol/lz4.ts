import { ByteSink } from './byte-sink.ts'

const MAGIC = 0x184d2204

/** Decompresses an LZ4 frame (lz4_Frame_format.md); checksums are left to the record batch's own. */
export function decompressLz4(bytes: Buffer, limit: number): Buffer {
  const sink = new ByteSink(limit)
  if (bytes.readUInt32LE(0) !== MAGIC) throw new RangeError('This is no LZ4 frame.')
  const flags = bytes.readUInt8(4)
  const hasBlockChecksum = (flags & 16) !== 0
  // The magic, two bytes of flags, perhaps the content's size and a dictionary's id, a checksum.
  let at = 7 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4)
  for (;;) {
    const header = bytes.readUInt32LE(at)
    at += 4
    if (header === 0) return sink.bytes
    const size = header & 0x7fffffff
    if (at + size > bytes.length) throw new RangeError('An LZ4 block is cut off.')
    if (header > 0x7fffffff) sink.push(bytes, at, at + size)
    else decompressBlock(bytes.subarray(at, at + size), sink)
    at += size + (hasBlockChecksum ? 4 : 0)
  }
}

/** One block (lz4_Block_format.md). Copies may reach into the blocks before. */
function decompressBlock(block: Buffer, sink: ByteSink): void {
  let at = 0
  const count = (nibble: number): number => {
    let length = nibble
    for (let more = nibble === 15; more;) {
      const byte = block.readUInt8(at++)
      length += byte
      more = byte === 255
    }
    return length
  }
  while (at < block.length) {
    const token = block.readUInt8(at++)
    const literals = count(token >> 4)
    if (at + literals > block.length) throw new RangeError('An LZ4 literal is cut off.')
    sink.push(block, at, at + literals)
    at += literals
    // The last sequence has literals only.
    if (at >= block.length) return
    const distance = block.readUInt16LE(at)
    at += 2
    if (distance === 0 || distance > sink.length)
      throw new RangeError('An LZ4 copy begins too early.')
    sink.repeat(distance, count(token & 15) + 4)
  }
}
