import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createSqliteBroker } from '../../../src/sqlite.ts'
import { openFiles } from './open-files.ts'
import { cursorOf, kept, Scratch, textsOf } from './scratch.ts'

const scratch = new Scratch()

describe('a file that cannot be opened is named, and why', () => {
  test('its folder does not exist', () => {
    const path = `${scratch.path()}/none/events.db`
    expect(() => createSqliteBroker({ path })).toThrow(`sqlite:${path} cannot be opened.`)
    expect(() => createSqliteBroker({ path })).toThrow('SQLITE_CANTOPEN')
  })

  test('it is a folder', () => {
    const path = dirname(scratch.path())
    expect(() => createSqliteBroker({ path })).toThrow('SQLITE_CANTOPEN')
  })

  test('it is no database', () => {
    const path = scratch.path()
    writeFileSync(path, 'Dear diary, '.repeat(500))
    expect(() => createSqliteBroker({ path })).toThrow('SQLITE_NOTADB')
  })

  test('it is a database of something else, which stays as it was', () => {
    const path = scratch.path()
    const database = new Database(path, { create: true })
    database.run('CREATE TABLE customers (name)')
    expect(() => createSqliteBroker({ path })).toThrow(/something else[^]*with customers/)
    expect(database.query('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
    expect(database.query('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'customers' }])
    database.close(true)
  })

  test('it is of a newer version', async () => {
    const path = scratch.path()
    await scratch.open(path).close()
    const database = new Database(path)
    database.run('PRAGMA user_version = 2')
    database.close(true)
    expect(() => createSqliteBroker({ path })).toThrow(/another version[^]*Got: version 2/)
  })
})

test('an empty file is a new one', async () => {
  const path = scratch.path()
  writeFileSync(path, '')
  const broker = scratch.open(path)
  await broker.publish('a', '1', kept)
  expect(await textsOf(broker, 'a')).toEqual(['1'])
})

test('events and cursors outlive everybody, and nothing of it stays open', async () => {
  const path = scratch.path()
  const first = scratch.open(path)
  const cursor = await first.publish('a', '1', kept)
  await first.publish('a', '2', kept)
  await first.close()
  expect(openFiles(path)).toEqual([])
  const second = scratch.open(path)
  expect((await second.read('a', cursor))?.entries.map(({ text }) => text)).toEqual(['2'])
  expect(second.compare(cursor, await second.publish('b', '3', kept))).toBeLessThan(0)
})

test('a cursor of another file is a gap', async () => {
  const [one, other] = [scratch.open(scratch.path()), scratch.open(scratch.path())]
  await one.publish('a', '1', kept)
  const cursor = await other.publish('a', '1', kept)
  expect(await one.read('a', cursor)).toBeUndefined()
  expect(one.compare(await cursorOf(one, 'a'), cursor)).toBeUndefined()
})

describe('with synchronous=normal', () => {
  test('cursors are good as long as the machine runs, and a gap afterwards', async () => {
    const path = scratch.path()
    const first = scratch.open(path, { synchronous: 'normal' })
    const cursor = await first.publish('a', '1', kept)
    await first.close()
    const second = scratch.open(path)
    expect(await second.read('a', cursor)).toBeDefined()
    await second.close()
    pretendRestart(path)
    const third = scratch.open(path)
    expect(await third.read('a', cursor)).toBeUndefined()
    expect(await textsOf(third, 'a')).toEqual(['1'])
    const renewed = await cursorOf(third, 'a')
    await third.close()
    expect(await scratch.open(path).read('a', renewed)).toBeDefined()
  })

  test('with full they outlive the machine', async () => {
    const path = scratch.path()
    const first = scratch.open(path)
    const cursor = await first.publish('a', '1', kept)
    await first.close()
    expect(bootOf(path)).toBeNull()
    expect(await scratch.open(path).read('a', cursor)).toBeDefined()
  })
})

test('what could not be opened is not left open', async () => {
  const path = scratch.path()
  await scratch.open(path).close()
  const database = new Database(path)
  database.run('PRAGMA user_version = 2')
  database.close(true)
  for (let round = 0; round < 5; round++) {
    expect(() => createSqliteBroker({ path })).toThrow('cannot be opened')
  }
  expect(openFiles(path)).toEqual([])
})

function bootOf(path: string): string | null {
  const database = new Database(path)
  const row = database.query<{ boot: string | null }, []>('SELECT boot FROM broker').get()
  database.close(true)
  return row?.boot ?? null
}

/** What the file says was written in another run of the system. */
function pretendRestart(path: string): void {
  const database = new Database(path)
  database.run(`UPDATE broker SET boot = 'the one before'`)
  database.close(true)
}
