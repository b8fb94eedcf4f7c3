import { afterEach, describe, expect, test } from 'bun:test'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { partitionOf } from '../../../src/broker/kafka/partition-of.ts'
import { createKafkaBroker, type KafkaOptions } from '../../../src/kafka.ts'
import { eventually } from '../../create/eventually.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { admin } from './admin.ts'

/** What only a real Kafka does, such as that of `KAFKA_URL=127.0.0.1:9092`. */
const real = process.env.KAFKA_URL
if (real !== undefined) {
  describe('on a real Kafka', () => {
    const port = Number(real.split(':').at(-1))
    const opened: Broker[] = []
    let apps = 0
    afterEach(async () => {
      for (const broker of opened.splice(0)) await broker.close()
    })

    function newTopic(): string {
      return `real-${Date.now().toString(36)}-${apps++}`
    }

    function open(app: string, options: Partial<KafkaOptions> = {}): Broker {
      const broker = createKafkaBroker({ url: `kafka://127.0.0.1:${port}/${app}`, ...options })
      opened.push(broker)
      return broker
    }

    async function listen(broker: Broker, topic: string): Promise<Recorder> {
      const recorder = new Recorder()
      await broker.subscribe(topic, (await broker.read(topic))?.cursor ?? '', recorder)
      return recorder
    }

    function publish(broker: Broker, topic: string, text: string): Promise<string> {
      return broker.publish(topic, text, { retention: DEFAULT_RETENTION })
    }

    test('a topic that does not exist is an error where none is to be created', async () => {
      const broker = open(newTopic(), { create: false, timeout: 1000 })
      for (const refused of [publish(broker, 'a', '1'), broker.read('a')])
        expect(await rejection(refused)).toContain('does not exist, and "create" is false')
    })

    test('what Kafka refuses to create is an error that says why', async () => {
      const broker = open(newTopic(), { replicas: 77, timeout: 1000 })
      expect(await rejection(broker.read('a'))).toContain('INVALID_REPLICATION_FACTOR')
    })

    test('a topic that would keep one event of each stream is an error', async () => {
      const broker = open(newTopic(), { config: { 'cleanup.policy': 'compact' }, timeout: 1000 })
      expect(await rejection(broker.read('a'))).toContain('cleanup.policy=compact')
    })

    test('when partitions are added everybody is told of a gap, and goes on', async () => {
      const app = newTopic()
      const [one, other] = [open(app), open(app)]
      const topics = ['a', 'b', 'c', 'd']
      expect(new Set(topics.map((topic) => partitionOf(topic, 3))).size).toBeGreaterThan(1)
      const recorders = await Promise.all(topics.map((topic) => listen(one, topic)))
      const cursor = await publish(other, 'a', 'before')
      await recorders[0]?.heard(1)
      await admin.setPartitions(port, app, 3)
      // Each notices on the next look at the topic, which comes every 30 s, or with a record that is astray.
      await eventually('a gap', () => recorders.every(({ gaps }) => gaps.length > 0), 40_000)
      await eventually('the other', async () => (await other.read('a', cursor)) === undefined)
      for (const topic of topics) await publish(other, topic, `after ${topic}`)
      for (const [index, recorder] of recorders.entries())
        await eventually('the event', () => recorder.texts.at(-1) === `after ${topics[index]}`)
      expect(await one.read('a', cursor)).toBeUndefined()
      expect(one.health?.()).toMatchObject({ problem: undefined, badRecords: 0 })
    }, 60_000)

    test('when the log’s head is deleted, cursors before it are a gap, and others are not', async () => {
      const app = newTopic()
      const one = open(app)
      const cursors: string[] = []
      for (let index = 0; index < 10; index++) cursors.push(await publish(one, 'a', String(index)))
      await admin.deleteRecords(port, app, 5)
      const other = open(app, { history: { records: 2 } })
      const [lost, kept] = await Promise.all([
        other.read('a', cursors[3]),
        other.read('a', cursors[4]),
      ])
      expect(lost).toBeUndefined()
      expect(kept?.entries.map(({ text }) => text)).toEqual(['5', '6', '7', '8', '9'])
    })

    test('a topic that was deleted and made anew is another one', async () => {
      const app = newTopic()
      const broker = open(app)
      const recorder = await listen(broker, 'a')
      const cursor = await publish(broker, 'a', 'before')
      await recorder.heard(1)
      await admin.deleteTopic(port, app)
      await eventually('the gap', () => recorder.gaps.length > 0, 20_000)
      await publish(broker, 'a', 'after')
      expect(await recorder.heard(2)).toEqual(['before', 'after'])
      expect(await broker.read('a', cursor)).toBeUndefined()
      expect(broker.compare(cursor, recorder.gaps[0] ?? '')).toBeUndefined()
    }, 30_000)
  })
}
