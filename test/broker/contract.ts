import { afterEach, describe, expect, test } from 'bun:test'
import { type Broker, DEFAULT_RETENTION, type Retention } from '../../src/broker/broker.ts'
import { isToken } from '../../src/sse/event.ts'
import { eventually } from '../create/eventually.ts'
import { Recorder } from './listener.ts'
import { rejection } from './rejection.ts'

/** Publishes to one topic of a broker; resolves with the cursors. */
type Publish = (texts: readonly string[], options?: Options) => Promise<string[]>
interface Options {
  readonly retention?: Partial<Retention>
  readonly key?: string
  readonly ephemeral?: boolean
}

/** What streams rely on, whatever holds the logs. `open` makes a broker; the contract closes it. */
export function brokerContract(name: string, open: () => Broker | Promise<Broker>): void {
  describe(`the ${name} broker`, () => {
    const brokers: Broker[] = []
    afterEach(async () => {
      for (const broker of brokers.splice(0)) await broker.close()
    })

    /** A broker, and a topic that no other test has. */
    async function setUp(): Promise<{ broker: Broker; topic: string; publish: Publish }> {
      const broker = await open()
      brokers.push(broker)
      const topic = `rooms/${crypto.randomUUID()}`
      return { broker, topic, publish: publishTo(broker, topic) }
    }

    async function retained(broker: Broker, topic: string, after?: string): Promise<string[]> {
      const backlog = await broker.read(topic, after)
      if (backlog === undefined) throw new Error(`nothing is known after ${after}`)
      return backlog.entries.map(({ text }) => text)
    }

    async function cursorOf(broker: Broker, topic: string): Promise<string> {
      const backlog = await broker.read(topic)
      if (backlog === undefined) throw new Error('the broker knows no cursor')
      return backlog.cursor
    }

    describe('order', () => {
      test('a listener hears a topic in publish order, with the cursor that publish resolved to', async () => {
        const { broker, topic, publish } = await setUp()
        const recorder = new Recorder()
        await broker.subscribe(topic, await cursorOf(broker, topic), recorder)
        const texts = numbered(50)
        const cursors = await publish(texts)
        expect(await recorder.heard(50)).toEqual(texts)
        expect(recorder.entries.map(({ cursor }) => cursor)).toEqual(cursors)
        expect(recorder.gaps).toEqual([])
      })

      test('all listeners hear concurrent publishers in one order, nothing lost, nothing twice', async () => {
        const { broker, topic, publish } = await setUp()
        const start = await cursorOf(broker, topic)
        const recorders = [new Recorder(), new Recorder()]
        for (const recorder of recorders) await broker.subscribe(topic, start, recorder)
        const publishers = numbered(8).map((publisher) =>
          numbered(20).map((text) => `${publisher}:${text}`),
        )
        await Promise.all(publishers.map((texts) => publish(texts)))
        const [first, second] = await Promise.all(recorders.map((recorder) => recorder.heard(160)))
        expect(second).toEqual(first ?? [])
        expect(await retained(broker, topic)).toEqual(first ?? [])
        for (const texts of publishers) {
          expect(first?.filter((text) => text.startsWith(texts[0]?.slice(0, 2) ?? ''))).toEqual(
            texts,
          )
        }
      })

      test('topics do not hear each other', async () => {
        const { broker, topic, publish } = await setUp()
        const [here, there] = [new Recorder(), new Recorder()]
        await broker.subscribe(topic, await cursorOf(broker, topic), here)
        await broker.subscribe(`${topic}/b`, await cursorOf(broker, `${topic}/b`), there)
        await publish(['a'])
        await publishTo(broker, `${topic}/b`)(['b'])
        await publish(['c'])
        expect(await here.heard(2)).toEqual(['a', 'c'])
        expect(await there.heard(1)).toEqual(['b'])
        expect(await retained(broker, `${topic}/b`)).toEqual(['b'])
      })

      test('a large text arrives as it was', async () => {
        const { broker, topic, publish } = await setUp()
        const recorder = new Recorder()
        await broker.subscribe(topic, await cursorOf(broker, topic), recorder)
        const text = JSON.stringify({
          event: 'message',
          props: { text: 'ä€🦊\n"'.repeat(120_000) },
        })
        await publish([text], { retention: { bytes: 2 * text.length } })
        expect((await recorder.heard(1))[0] === text).toBe(true)
        expect((await retained(broker, topic))[0] === text).toBe(true)
      })
    })

    describe('replay', () => {
      test('what is retained is read from any cursor on', async () => {
        const { broker, topic, publish } = await setUp()
        const start = await cursorOf(broker, topic)
        const texts = numbered(20)
        const cursors = [start, ...(await publish(texts))]
        for (const [index, cursor] of cursors.entries()) {
          const backlog = await broker.read(topic, cursor)
          expect(backlog?.entries.map(({ text }) => text)).toEqual(texts.slice(index))
          expect(backlog?.entries.map((entry) => entry.cursor)).toEqual(cursors.slice(index + 1))
          expect(broker.compare(backlog?.cursor ?? '', cursors.at(-1) ?? '')).toBe(0)
        }
        expect(await retained(broker, topic)).toEqual(texts)
      })

      test('a topic that nobody has published to is empty, and its cursor is good for later', async () => {
        const { broker, topic, publish } = await setUp()
        const backlog = await broker.read(topic)
        expect(backlog?.entries).toEqual([])
        const cursor = backlog?.cursor ?? ''
        expect(isToken(cursor)).toBe(true)
        expect(await retained(broker, topic, cursor)).toEqual([])
        await publish(['a'])
        expect(await retained(broker, topic, cursor)).toEqual(['a'])
      })

      test('a listener hears what came after its cursor, then what is new', async () => {
        const { broker, topic, publish } = await setUp()
        const [first = ''] = await publish(['a', 'b', 'c'])
        const recorder = new Recorder()
        await broker.subscribe(topic, first, recorder)
        await publish(['d'])
        expect(await recorder.heard(3)).toEqual(['b', 'c', 'd'])
      })

      test('nothing falls between read and subscribe while others publish', async () => {
        const { broker, topic, publish } = await setUp()
        const texts = numbered(120)
        const publishing = publish(texts)
        for (let round = 0; round < 12; round++) {
          const backlog = await broker.read(topic)
          const before = backlog?.entries.map(({ text }) => text) ?? []
          const recorder = new Recorder()
          const unsubscribe = await broker.subscribe(topic, backlog?.cursor ?? '', recorder)
          const heard = await recorder.heard(Math.min(round, 120 - before.length))
          expect([...before, ...heard]).toEqual(texts.slice(0, before.length + heard.length))
          unsubscribe()
        }
        await publishing
      })

      test.each(['nonsense', '', '-1', '0.0.0', 'a.1', '9'.repeat(128)])(
        'a cursor that it never made, %j, is a gap',
        async (cursor) => {
          const { broker, topic, publish } = await setUp()
          await publish(['a'])
          expect(await broker.read(topic, cursor)).toBeUndefined()
          const recorder = new Recorder()
          await broker.subscribe(topic, cursor, recorder)
          await eventually('the gap', () => recorder.gaps.length === 1)
          await publish(['b'])
          expect(await recorder.heard(1)).toEqual(['b'])
          expect(recorder.gaps).toEqual([expect.any(String)])
        },
      )
    })

    describe('retention', () => {
      const keep = { retention: { events: 5 } }

      test('by events: the newest stay, and a cursor before the evicted ones is a gap', async () => {
        const { broker, topic, publish } = await setUp()
        const texts = numbered(20)
        const cursors = await publish(texts, keep)
        await eventually('the eviction', async () => (await retained(broker, topic)).length <= 5)
        expect(await retained(broker, topic)).toEqual(texts.slice(15))
        expect(await retained(broker, topic, cursors[14])).toEqual(texts.slice(15))
        expect(await broker.read(topic, cursors[13])).toBeUndefined()
        expect(await broker.read(topic, cursors[0])).toBeUndefined()
      })

      test('a listener from before the evicted ones is told of the gap, and goes on after it', async () => {
        const { broker, topic, publish } = await setUp()
        const [first = ''] = await publish(numbered(20), keep)
        await eventually(
          'the eviction',
          async () => (await broker.read(topic, first)) === undefined,
        )
        const recorder = new Recorder()
        await broker.subscribe(topic, first, recorder)
        await eventually('the gap', () => recorder.gaps.length === 1)
        const after = await retained(broker, topic, recorder.gaps[0])
        await publish(['new'], keep)
        expect(await recorder.heard(after.length + 1)).toEqual([...after, 'new'])
      })

      test('by bytes', async () => {
        const { broker, topic, publish } = await setUp()
        const texts = numbered(10).map((text) => text.padEnd(100, '.'))
        const [first = ''] = await publish(texts, { retention: { bytes: 350 } })
        await eventually('the eviction', async () => (await retained(broker, topic)).length <= 3)
        expect(await retained(broker, topic)).toEqual(texts.slice(7))
        expect(await broker.read(topic, first)).toBeUndefined()
      })

      test('by age', async () => {
        const { broker, topic, publish } = await setUp()
        const before = await cursorOf(broker, topic)
        const [first = ''] = await publish(['a'], { retention: { age: 30 } })
        await eventually('the eviction', async () => (await retained(broker, topic)).length === 0)
        expect(await broker.read(topic, before)).toBeUndefined()
        expect(await retained(broker, topic, first)).toEqual([])
      })
    })

    describe('keys', () => {
      test('of one key only the newest is retained, in its place; whoever resumes has missed nothing', async () => {
        const { broker, topic, publish } = await setUp()
        const start = await cursorOf(broker, topic)
        const [first = ''] = await publish(['p1'], { key: 'presence' })
        await publish(['a'])
        await publish(['p2'], { key: 'presence' })
        await publish(['q1'], { key: 'other' })
        await publish(['p3'], { key: 'presence' })
        const newest = ['a', 'q1', 'p3']
        await eventually('the compaction', async () => (await retained(broker, topic)).length <= 3)
        expect(await retained(broker, topic)).toEqual(newest)
        expect(await retained(broker, topic, start)).toEqual(newest)
        expect(await retained(broker, topic, first)).toEqual(newest)
      })

      test('a listener hears each', async () => {
        const { broker, topic, publish } = await setUp()
        const recorder = new Recorder()
        await broker.subscribe(topic, await cursorOf(broker, topic), recorder)
        await publish(['p1', 'p2', 'p3'], { key: 'presence' })
        expect(await recorder.heard(3)).toEqual(['p1', 'p2', 'p3'])
      })
    })

    describe('ephemeral events', () => {
      test('reach whoever listens, without a cursor, and no log', async () => {
        const { broker, topic, publish } = await setUp()
        const start = await cursorOf(broker, topic)
        const recorder = new Recorder()
        await broker.subscribe(topic, start, recorder)
        await publish(['a'])
        await publish(['typing'], { ephemeral: true })
        await recorder.heard(2)
        await publish(['b'])
        await recorder.heard(3)
        expect(recorder.texts.toSorted()).toEqual(['a', 'b', 'typing'])
        expect(recorder.entries.find(({ text }) => text === 'typing')?.cursor).toBeUndefined()
        expect(await retained(broker, topic, start)).toEqual(['a', 'b'])
      })

      test('reach nobody where nobody listens', async () => {
        const { broker, topic, publish } = await setUp()
        await publish(['typing'], { ephemeral: true })
        expect(await retained(broker, topic)).toEqual([])
      })
    })

    describe('ends', () => {
      test('nobody hears a thing after unsubscribing', async () => {
        const { broker, topic, publish } = await setUp()
        const start = await cursorOf(broker, topic)
        const [gone, there] = [new Recorder(), new Recorder()]
        const unsubscribe = await broker.subscribe(topic, start, gone)
        await broker.subscribe(topic, start, there)
        await publish(['a'])
        await gone.heard(1)
        unsubscribe()
        await publish(['b', 'c'])
        expect(await there.heard(3)).toEqual(['a', 'b', 'c'])
        expect(gone.texts).toEqual(['a'])
      })

      test('unsubscribing again harms nobody who came later', async () => {
        const { broker, topic, publish } = await setUp()
        const start = await cursorOf(broker, topic)
        const unsubscribe = await broker.subscribe(topic, start, new Recorder())
        unsubscribe()
        const later = new Recorder()
        await broker.subscribe(topic, start, later)
        unsubscribe()
        await publish(['a'])
        expect(await later.heard(1)).toEqual(['a'])
        expect(await retained(broker, topic, start)).toEqual(['a'])
      })

      test('a broker that is closed refuses everything, and calls nobody', async () => {
        const { broker, topic, publish } = await setUp()
        const [cursor = ''] = await publish(['a'])
        const recorder = new Recorder()
        const unsubscribe = await broker.subscribe(topic, cursor, recorder)
        await broker.close()
        await broker.close()
        expect(await rejection(publish(['b']))).toContain('closed')
        expect(await rejection(publish(['c'], { ephemeral: true }))).toContain('closed')
        expect(await rejection(broker.read(topic, cursor))).toContain('closed')
        expect(await rejection(broker.subscribe(topic, cursor, new Recorder()))).toContain('closed')
        unsubscribe()
        expect(recorder.texts).toEqual([])
      })
    })

    test('cursors compare as their events came, on every topic alike', async () => {
      const { broker, topic, publish } = await setUp()
      const start = await cursorOf(broker, topic)
      const cursors = [start, ...(await publish(numbered(12)))]
      for (const [i, one] of cursors.entries()) {
        expect(isToken(one)).toBe(true)
        for (const [j, other] of cursors.entries()) {
          expect(Math.sign(broker.compare(one, other) ?? NaN)).toBe(Math.sign(i - j))
        }
      }
      for (const foreign of ['', 'nonsense', '-1']) {
        expect(broker.compare(start, foreign)).toBeUndefined()
        expect(broker.compare(foreign, start)).toBeUndefined()
      }
    })
  })
}

function publishTo(broker: Broker, topic: string): Publish {
  return async (texts, { retention, ...options } = {}) => {
    const cursors: string[] = []
    for (const text of texts) {
      const all = { ...DEFAULT_RETENTION, ...retention }
      cursors.push(await broker.publish(topic, text, { retention: all, ...options }))
    }
    return cursors
  }
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index))
}
