import { Database } from 'bun:sqlite'
import { describe, expect, spyOn, test } from 'bun:test'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { EventFile } from '../../../src/broker/sqlite/event-file.ts'
import { readOptions } from '../../../src/broker/sqlite/sqlite-options.ts'
import { eventually } from '../../create/eventually.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { cursorOf, kept, Scratch, textsOf } from './scratch.ts'

const scratch = new Scratch()
const DAY = 24 * 60 * 60 * 1000
const few = { retention: { ...DEFAULT_RETENTION, events: 5 } }

/** A file whose clock the test has in hand. */
function openFile(path: string, grace = 0): EventFile {
  return new EventFile(readOptions({ path, grace }), 1000)
}

function numbered(count: number): { topic: string; text: string; options: typeof few }[] {
  return Array.from({ length: count }, (_, index) => ({
    topic: 'a',
    text: String(index),
    options: few,
  }))
}

function count(path: string, table: string): number {
  const database = new Database(path)
  const row = database.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()
  database.close(true)
  return row?.n ?? 0
}

describe('what no log retains any more', () => {
  test('is heard all the same by who listens, and leaves the file after the grace', async () => {
    const path = scratch.path()
    const [broker, other] = [scratch.open(path), scratch.open(path)]
    const recorder = new Recorder()
    await other.subscribe('a', await cursorOf(other, 'a'), recorder)
    await Promise.all(numbered(50).map(({ text }) => broker.publish('a', text, few)))
    expect((await recorder.heard(50)).length).toBe(50)
    expect(recorder.gaps).toEqual([])
    expect(count(path, 'events')).toBe(50)
    const file = openFile(path, 10_000)
    file.sweep(Date.now() + 9000)
    expect(count(path, 'events')).toBe(50)
    file.sweep(Date.now() + 11_000)
    expect(count(path, 'events')).toBe(5)
    expect(count(path, 'dead')).toBe(0)
    file.close()
  })

  test('leaves it as fast as publishers add, ephemeral events too', () => {
    const path = scratch.path()
    const file = openFile(path)
    for (let round = 0; round < 20; round++) {
      file.append(numbered(100), Date.now())
      file.append(
        [{ topic: 'a', text: 'typing', options: { ...few, ephemeral: true } }],
        Date.now(),
      )
      Bun.sleepSync(2)
    }
    expect(count(path, 'events')).toBeLessThan(400)
    file.close()
  })

  test('is a gap to who had no time to hear it, and to nobody else', async () => {
    const path = scratch.path()
    const broker = scratch.open(path)
    const [late, unconcerned] = [new Recorder(), new Recorder()]
    await broker.subscribe('a', await cursorOf(broker, 'a'), late)
    await broker.subscribe('b', await cursorOf(broker, 'b'), unconcerned)
    // In one turn of this process, so that the broker cannot read in between.
    const file = openFile(path)
    file.append(numbered(20), Date.now())
    Bun.sleepSync(5)
    file.append([{ topic: 'b', text: 'of b', options: few }], Date.now() + 10)
    file.close()
    expect(count(path, 'events')).toBe(6)
    expect(await unconcerned.heard(1)).toEqual(['of b'])
    await eventually('the gap', () => late.gaps.length === 1)
    expect(late.texts).toEqual([])
    expect(unconcerned.gaps).toEqual([])
    await broker.publish('a', 'new', few)
    expect(await late.heard(1)).toEqual(['new'])
    expect((await broker.read('a', late.gaps[0]))?.entries.map(({ text }) => text)).toEqual(['new'])
  })
})

describe('a sweep', () => {
  test('takes out what has aged, then the topic, a part at a time', () => {
    const path = scratch.path()
    const file = openFile(path)
    const retention = { events: 1e6, age: 60_000, bytes: 1e9 }
    const now = Date.now()
    const topics = ['a', 'b', 'c', 'd', 'e']
    for (const topic of topics) {
      const events = Array.from({ length: 700 }, () => ({
        topic,
        text: '1',
        options: { retention },
      }))
      file.append(events, now)
    }
    expect(file.sweep(now + 59_000)).toBe(false)
    expect(file.sweep(now + 61_000)).toBe(true)
    expect(count(path, 'log')).toBe(2500)
    for (let part = 0; part < 20 && file.sweep(now + 61_000); part++);
    expect([count(path, 'log'), count(path, 'events'), count(path, 'topics')]).toEqual([0, 0, 5])
    for (let part = 0; part < 20 && file.sweep(now + 2 * DAY); part++);
    expect(count(path, 'topics')).toBe(0)
    // Even a topic that was forgotten knows that it has lost something.
    expect(file.log('a', 100, now)).toBeUndefined()
    expect(file.log('a', 3500, now)?.rows).toEqual([])
    file.close()
  })

  test('is also for what others have published beyond the bounds', async () => {
    const path = scratch.path()
    const broker = scratch.open(path, { poll: 50, grace: 0 })
    const database = new Database(path)
    const insert = database.prepare('INSERT INTO events (topic, text) VALUES (?, ?)')
    database.transaction(() => {
      for (let number = 0; number < 600; number++) insert.run('a', String(number))
    })()
    database.close(true)
    const texts = await textsOf(broker, 'a')
    expect([texts?.length, texts?.[0]]).toEqual([DEFAULT_RETENTION.events, '344'])
    await eventually('the sweep', () => count(path, 'events') === DEFAULT_RETENTION.events)
    expect(await textsOf(broker, 'a')).toEqual(texts ?? [])
  })
})

test('rows that somebody deletes are a gap', async () => {
  const path = scratch.path()
  const broker = scratch.open(path)
  const cursors: string[] = []
  for (const text of ['1', '2', '3', '4']) cursors.push(await broker.publish('a', text, kept))
  const database = new Database(path)
  database.run(`DELETE FROM events WHERE text = '3'`)
  database.close(true)
  expect(await textsOf(broker, 'a')).toEqual(['4'])
  expect(await broker.read('a', cursors[1])).toBeUndefined()
  expect((await broker.read('a', cursors[2]))?.entries.length).toBe(1)
  await broker.publish('a', '5', { retention: { ...DEFAULT_RETENTION, events: 1 } })
  expect(await textsOf(broker, 'a')).toEqual(['5'])
})

test('one that cannot be kept does not take others along', async () => {
  const broker = scratch.open(scratch.path())
  const broken = { retention: { ...DEFAULT_RETENTION, age: Number.NaN } }
  const [first, refused, last] = await Promise.allSettled([
    broker.publish('a', '1', kept),
    broker.publish('a', '2', broken),
    broker.publish('a', '3', kept),
  ])
  expect([first.status, refused.status, last.status]).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect(await textsOf(broker, 'a')).toEqual(['1', '3'])
  expect(broker.health?.().problem).toBeUndefined()
  const large = 'x'.repeat(4 * 1024 * 1024 + 1)
  expect(await rejection(broker.publish('a', large, kept))).toContain('Expected: at most 4194304')
})

test('a listener that throws does not keep others from hearing', async () => {
  const error = spyOn(console, 'error').mockImplementation(() => undefined)
  const broker = scratch.open(scratch.path())
  const recorder = new Recorder()
  const start = await cursorOf(broker, 'a')
  const next = (): void => {
    throw new Error('no')
  }
  await broker.subscribe('a', start, { next, gap: next })
  await broker.subscribe('a', start, recorder)
  await broker.publish('a', '1', kept)
  expect(await recorder.heard(1)).toEqual(['1'])
  expect(String(error.mock.calls[0]?.[0])).toContain('A listener of a threw.')
  error.mockRestore()
})
