import { afterEach, describe, expect, test } from 'bun:test'
import { type Broker, DEFAULT_RETENTION } from '../../src/broker/broker.ts'
import { eventually } from '../create/eventually.ts'
import { Recorder } from './listener.ts'
import { rejection } from './rejection.ts'

/** A server that a test has started for itself, whose logs outlive a restart. */
export interface BrokerServer {
  /** A broker on it, as another process would have one. */
  open(): Promise<Broker>
  /** Ends it at once, as kill -9 does. */
  kill(): Promise<void>
  /** Starts it again, on the same port and with the same logs. */
  start(): Promise<void>
  /** Writes a record where events are, that is none. */
  poison(topic: string): Promise<void>
  /** The network is cut, but nothing is closed: what is sent from now on goes nowhere. */
  stall(): Promise<void>
  /** The stalled connections are closed, and new ones go through. */
  heal(): Promise<void>
  close(): Promise<void>
}

/** Milliseconds within which a publish has to be refused, and a dead link noticed. */
const BOUND = 15_000

/** What streams rely on where several processes share their logs. */
export function sharedBrokerContract(name: string, start: () => Promise<BrokerServer>): void {
  describe(`the ${name} broker, shared`, () => {
    const ends: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const end of ends.splice(0).toReversed()) await end()
    })

    async function setUp(): Promise<{ server: BrokerServer; one: Broker; other: Broker }> {
      const server = await start()
      ends.push(() => server.close())
      const [one, other] = [await server.open(), await server.open()]
      ends.push(
        () => one.close(),
        () => other.close(),
      )
      return { server, one, other }
    }

    test('what one publishes the other hears, reads, and orders alike', async () => {
      const { one, other } = await setUp()
      const start = await cursorOf(other, 'rooms/a')
      const recorder = new Recorder()
      await other.subscribe('rooms/a', start, recorder)
      const cursors = [await publish(one, 'rooms/a', '1'), await publish(other, 'rooms/a', '2')]
      expect(await recorder.heard(2)).toEqual(['1', '2'])
      expect(recorder.entries.map(({ cursor }) => cursor)).toEqual(cursors)
      for (const broker of [one, other]) {
        expect((await broker.read('rooms/a', start))?.entries.map(({ text }) => text)).toEqual([
          '1',
          '2',
        ])
        expect(broker.compare(cursors[0] ?? '', cursors[1] ?? '')).toBeLessThan(0)
      }
    })

    test('a cursor of one goes on at the other, after the first has closed', async () => {
      const { one, other } = await setUp()
      const cursor = await publish(one, 'rooms/a', '1')
      await publish(one, 'rooms/a', '2')
      await one.close()
      const recorder = new Recorder()
      await other.subscribe('rooms/a', cursor, recorder)
      await publish(other, 'rooms/a', '3')
      expect(await recorder.heard(2)).toEqual(['2', '3'])
      expect(recorder.gaps).toEqual([])
    })

    test('ephemeral events reach the listeners of the other', async () => {
      const { one, other } = await setUp()
      const recorder = new Recorder()
      await other.subscribe('rooms/a', await cursorOf(other, 'rooms/a'), recorder)
      await one.publish('rooms/a', 'typing', { retention: DEFAULT_RETENTION, ephemeral: true })
      expect(await recorder.heard(1)).toEqual(['typing'])
      expect((await other.read('rooms/a'))?.entries).toEqual([])
    })

    test('topics of any characters are told apart', async () => {
      const { one, other } = await setUp()
      const topics = ['a', 'a/b', 'a.b', 'a%2Fb', 'a*', 'a%3E', '{a}', 'a:b', "a'b", 'ä', '~!()_-$']
      const recorders = new Map<string, Recorder>()
      for (const topic of topics) {
        const recorder = new Recorder()
        recorders.set(topic, recorder)
        await other.subscribe(topic, await cursorOf(other, topic), recorder)
      }
      for (const topic of topics) await publish(one, topic, `of ${topic}`)
      for (const [topic, recorder] of recorders)
        expect(await recorder.heard(1)).toEqual([`of ${topic}`])
    })

    test('a record that is no event is counted and passed over', async () => {
      const { server, one, other } = await setUp()
      const recorder = new Recorder()
      await other.subscribe('rooms/a', await cursorOf(other, 'rooms/a'), recorder)
      await server.poison('rooms/a')
      await publish(one, 'rooms/a', '1')
      expect((await recorder.heard(1)).at(-1)).toBe('1')
      expect((await other.read('rooms/a'))?.entries.map(({ text }) => text)).toEqual(['1'])
      expect(other.health?.().badRecords).toBeGreaterThan(0)
      expect(other.health?.().problem).toBeUndefined()
    })

    test('while the server is away publish rejects promptly; afterwards everything goes on', async () => {
      const { server, one, other } = await setUp()
      const recorder = new Recorder()
      await other.subscribe('rooms/a', await cursorOf(other, 'rooms/a'), recorder)
      await publish(one, 'rooms/a', 'before')
      await recorder.heard(1)
      await server.kill()
      const asked = performance.now()
      expect(await rejection(publish(one, 'rooms/a', 'meanwhile'))).toContain('Error')
      expect(performance.now() - asked).toBeLessThan(BOUND)
      await eventually('the problem', () => one.health?.().problem !== undefined, BOUND)
      await server.start()
      await eventually('the recovery', () => one.health?.().problem === undefined, BOUND)
      await publish(one, 'rooms/a', 'after')
      await eventually('what came after', () => recorder.texts.at(-1) === 'after', BOUND)
      // What was rejected may have been kept all the same; nothing comes twice.
      expect(recorder.texts.filter((text) => text !== 'meanwhile')).toEqual(['before', 'after'])
      expect(recorder.gaps).toEqual([])
      expect(one.health?.().reconnects).toBeGreaterThan(0)
    }, 60_000)

    test('a network that is cut but not closed is noticed, and what came meanwhile is heard later', async () => {
      const { server, one } = await setUp()
      const recorder = new Recorder()
      await one.subscribe('rooms/a', await cursorOf(one, 'rooms/a'), recorder)
      await publish(one, 'rooms/a', 'before')
      await recorder.heard(1)
      await server.stall()
      const asked = performance.now()
      expect(await rejection(publish(one, 'rooms/a', 'meanwhile'))).toContain('Error')
      expect(performance.now() - asked).toBeLessThan(BOUND)
      await eventually('the problem', () => one.health?.().problem !== undefined, BOUND)
      await server.heal()
      await eventually('the recovery', () => one.health?.().problem === undefined, BOUND)
      await publish(one, 'rooms/a', 'after')
      await eventually('what came after', () => recorder.texts.at(-1) === 'after', BOUND)
      expect(recorder.texts.filter((text) => text !== 'meanwhile')).toEqual(['before', 'after'])
    }, 60_000)
  })
}

async function cursorOf(broker: Broker, topic: string): Promise<string> {
  const backlog = await broker.read(topic)
  if (backlog === undefined) throw new Error('the broker knows no cursor')
  return backlog.cursor
}

function publish(broker: Broker, topic: string, text: string): Promise<string> {
  return broker.publish(topic, text, { retention: DEFAULT_RETENTION })
}
