/**
 * The partition of a topic: murmur2 of its UTF-8 bytes, without the sign, modulo the partitions. That is what
 * Java's producer does with a key; librdkafka does it with `partitioner=murmur2_random`.
 */
export function partitionOf(topic: string, partitions: number): number {
  return partitions === 1 ? 0 : (murmur2(Buffer.from(topic)) & 0x7fffffff) % partitions
}

/** MurmurHash2 of 32 bits with the seed of org.apache.kafka.common.utils.Utils. */
function murmur2(bytes: Buffer): number {
  const M = 0x5bd1e995
  let hash = 0x9747b28c ^ bytes.length
  const whole = bytes.length & ~3
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(bytes.readInt32LE(at), M)
    k = Math.imul(k ^ (k >>> 24), M)
    hash = Math.imul(hash, M) ^ k
  }
  if (bytes.length > whole) {
    for (let at = bytes.length - 1; at >= whole; at--)
      hash ^= (bytes[at] ?? 0) << (8 * (at - whole))
    hash = Math.imul(hash, M)
  }
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
