import { expect, test } from 'bun:test'
import { partitionOf } from '../../../src/broker/kafka/partition-of.ts'

// The hashes of org.apache.kafka.common.utils.UtilsTest, testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('%s is where a Java producer puts it', (topic, hash) => {
  for (const partitions of [1, 2, 3, 4, 12, 1000, 2 ** 31 - 1]) {
    expect(partitionOf(topic, partitions)).toBe((hash & 0x7fffffff) % partitions)
  }
})
