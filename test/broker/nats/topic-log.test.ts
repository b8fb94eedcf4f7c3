import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { MemoryLog } from '../../../src/broker/memory-log.ts'
import { TopicLog } from '../../../src/broker/nats/topic-log.ts'

test('whatever was published, a topic retains what the memory broker would', () => {
  const event = fc.record({
    key: fc.constantFrom(undefined, undefined, 'k', 'l'),
    size: fc.integer({ min: 1, max: 9 }),
    events: fc.constantFrom(3, 4, 50),
    bytes: fc.constantFrom(15, 20, 500),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const [memory, topic] = [new MemoryLog(0), new TopicLog()]
      for (const [index, { key, size, ...limits }] of events.entries()) {
        const [seq, text] = [index + 1, 'x'.repeat(size)]
        const keep = { ...DEFAULT_RETENTION, ...limits }
        memory.append(seq, { cursor: `${seq}`, text }, { retention: keep, key })
        topic.add({ kind: 'event', seq, at: Date.now(), text, bytes: size, key, keep })
        for (const after of [0, seq - 2, seq]) {
          expect(topic.after(after).map(({ seq }) => `${seq}`)).toEqual(
            memory.after(after).map(({ cursor }) => cursor ?? ''),
          )
        }
        expect(topic.evicted).toBe(memory.evicted)
      }
    }),
  )
})

test('what a floor says is gone is gone, and a record comes once', () => {
  const log = new TopicLog()
  const event = (seq: number) =>
    ({
      kind: 'event',
      seq,
      at: Date.now(),
      text: 'x',
      bytes: 1,
      key: undefined,
      keep: undefined,
    }) as const
  for (const seq of [1, 2, 3, 3, 2]) log.add(event(seq))
  log.add({ kind: 'floor', seq: 5, at: Date.now(), floor: 2 })
  expect(log.after(0).map(({ seq }) => seq)).toEqual([3])
  expect([log.evicted, log.last, log.bytes]).toEqual([2, 5, 1])
})
