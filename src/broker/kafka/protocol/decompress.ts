import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { decompressLz4 } from './lz4.ts'
import { decompressSnappy } from './snappy.ts'

/** The largest that one batch may become, in bytes: a small batch can pack a great deal. */
const LIMIT = 64 * 1024 * 1024

/** Decompresses the records of a batch; `codec` is the lowest three bits of its attributes. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === 0) return bytes
  if (codec === 1) return gunzipSync(bytes, { maxOutputLength: LIMIT })
  if (codec === 2) return decompressSnappy(bytes, LIMIT)
  if (codec === 3) return decompressLz4(bytes, LIMIT)
  if (codec === 4) return zstdDecompressSync(bytes, { maxOutputLength: LIMIT })
  throw new RangeError(`Nobody knows the compression ${codec}.`)
}
