import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { eventually } from '../../create/eventually.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { lock } from './lock.ts'
import { openFiles } from './open-files.ts'
import { cursorOf, kept, Scratch, textsOf } from './scratch.ts'

const scratch = new Scratch()

/** What the broker says of itself. */
const said: string[] = []
let spies: { mockRestore(): void }[] = []
beforeEach(() => {
  said.length = 0
  const note = (...words: unknown[]): void => void said.push(words.join(' '))
  spies = [
    spyOn(console, 'error').mockImplementation(note),
    spyOn(console, 'info').mockImplementation(note),
  ]
})
afterEach(() => spies.forEach((spy) => spy.mockRestore()))

describe('while another process has the file locked', () => {
  test('for 5 s under load: what was acknowledged is heard once, in order, and all is said once', async () => {
    const path = scratch.path()
    const [one, other] = [
      scratch.open(path, { timeout: 1000 }),
      scratch.open(path, { timeout: 1000 }),
    ]
    const recorder = new Recorder()
    await other.subscribe('a', await cursorOf(other, 'a'), recorder)
    const acknowledged: string[] = []
    const refused: string[] = []
    let isOver = false
    const publishing = (async () => {
      for (let number = 0; !isOver; number++) {
        const text = String(number)
        await one.publish('a', text, kept).then(
          () => acknowledged.push(text),
          () => refused.push(text),
        )
        await Bun.sleep(5)
      }
    })()
    await recorder.heard(20)
    const unlock = await lock(path)
    const before = acknowledged.length
    await Bun.sleep(5000)
    await unlock()
    await eventually('what came after', () => acknowledged.length > before + 20)
    isOver = true
    await publishing
    await eventually('the last', () => recorder.texts.at(-1) === acknowledged.at(-1))
    expect(refused.length).toBeGreaterThan(0)
    // What was rejected may have been kept all the same.
    expect(recorder.texts.filter((text) => !refused.includes(text))).toEqual(acknowledged)
    expect(new Set(recorder.texts).size).toBe(recorder.texts.length)
    expect(recorder.gaps).toEqual([])
    await eventually('the recovery', () => other.health?.().problem === undefined)
    expect(said.join('\n')).toContain(`The broker sqlite:${path} is away: SQLITE_BUSY`)
    expect(said.filter((line) => line.includes('is away')).length).toBeLessThanOrEqual(2)
    expect(said.filter((line) => line.includes('is back')).length).toBe(
      said.filter((line) => line.includes('is away')).length,
    )
  }, 30_000)

  test('the process goes on with other things, and can read', async () => {
    const path = scratch.path()
    const broker = scratch.open(path, { timeout: 1000 })
    await broker.publish('a', '1', kept)
    const unlock = await lock(path)
    let turns = 0
    const turning = setInterval(() => turns++, 10)
    const refusals = await Promise.all(
      ['2', '3'].map((text) => rejection(broker.publish('a', text, kept))),
    )
    clearInterval(turning)
    for (const refusal of refusals) {
      expect(refusal).toContain(`Nothing can be published to a: sqlite:${path} is away.`)
      expect(refusal).toContain('Got: SQLITE_BUSY')
    }
    // A wait that blocks would leave none; a busy machine leaves few.
    expect(turns).toBeGreaterThan(5)
    expect(await textsOf(broker, 'a')).toEqual(['1'])
    await unlock()
  })

  test('what is short is waited for, and close answers whom it owes an answer', async () => {
    const path = scratch.path()
    const broker = scratch.open(path)
    const unlock = await lock(path)
    const publishing = broker.publish('a', '1', kept)
    const closing = broker.close()
    setTimeout(() => void unlock(), 200)
    expect(await publishing).toBeString()
    await closing
    expect(await textsOf(scratch.open(path), 'a')).toEqual(['1'])
    expect(said).toEqual([])
  })

  test('it is noticed though nobody publishes', async () => {
    const path = scratch.path()
    const broker = scratch.open(path, { timeout: 200, poll: 50 })
    const unlock = await lock(path)
    await eventually('the problem', () => broker.health?.().problem?.includes('SQLITE_BUSY'))
    await unlock()
    await eventually('the recovery', () => broker.health?.().problem === undefined)
    expect(broker.health?.().reconnects).toBe(1)
  })
})

test('a file that is deleted while it runs is noticed: listeners are told of a gap, in a new file', async () => {
  const path = scratch.path()
  const [one, other] = [scratch.open(path, { poll: 100 }), scratch.open(path, { poll: 100 })]
  const recorders = [new Recorder(), new Recorder()] as const
  await one.subscribe('a', await cursorOf(one, 'a'), recorders[0])
  await other.subscribe('a', await cursorOf(other, 'a'), recorders[1])
  const cursor = await one.publish('a', 'before', kept)
  for (const recorder of recorders) await recorder.heard(1)
  for (const end of ['', '-wal', '-shm']) rmSync(path + end)
  for (const recorder of recorders) await eventually('the gap', () => recorder.gaps.length === 1)
  for (const broker of [one, other]) {
    await eventually('the recovery', () => broker.health?.().problem === undefined)
    expect(broker.health?.().reconnects).toBeGreaterThan(0)
  }
  await one.publish('a', 'after', kept)
  for (const recorder of recorders) {
    expect(await recorder.heard(2)).toEqual(['before', 'after'])
    expect(recorder.gaps.length).toBe(1)
  }
  expect(await other.read('a', cursor)).toBeUndefined()
  expect(said.join('\n')).toContain(`sqlite:${path} is away: the file was deleted or replaced`)
  expect(openFiles(path).filter((file) => file.includes('deleted'))).toEqual([])
})

test('what is published just when the file is deleted is not acknowledged', async () => {
  const path = scratch.path()
  const broker = scratch.open(path, { poll: 10_000 })
  await broker.publish('a', '1', kept)
  rmSync(path)
  expect(await rejection(broker.publish('a', '2', kept))).toContain('deleted or replaced')
  expect(broker.health?.().problem).toContain('deleted or replaced')
  await broker.publish('a', '3', kept)
  expect(await textsOf(broker, 'a')).toEqual(['3'])
})

test('a disk that is taken away is away, and put back it has lost nothing', async () => {
  const path = scratch.path()
  const broker = scratch.open(path, { poll: 50 })
  const recorder = new Recorder()
  await broker.subscribe('a', await cursorOf(broker, 'a'), recorder)
  await broker.publish('a', '1', kept)
  await recorder.heard(1)
  const elsewhere = join(dirname(scratch.path()), 'elsewhere')
  renameSync(dirname(path), elsewhere)
  const refusal = await rejection(broker.publish('a', '2', kept))
  expect(refusal).toContain(`sqlite:${path} is away`)
  await eventually('the problem', () => broker.health?.().problem !== undefined)
  expect(await rejection(broker.read('a'))).toContain('SQLITE_CANTOPEN')
  const meanwhile = scratch.open(join(elsewhere, basename(path)))
  await meanwhile.publish('a', '3', kept)
  await meanwhile.close()
  renameSync(elsewhere, dirname(path))
  await eventually('the recovery', () => broker.health?.().problem === undefined)
  await broker.publish('a', '4', kept)
  await eventually('what came after', () => recorder.texts.at(-1) === '4')
  expect(recorder.texts.filter((text) => text !== '2')).toEqual(['1', '3', '4'])
  expect(recorder.gaps).toEqual([])
  expect(said.filter((line) => line.includes('is away')).length).toBe(1)
})

test('something else in its place is away, and is left as it was', async () => {
  const path = scratch.path()
  const broker = scratch.open(path, { poll: 50 })
  for (const end of ['', '-wal', '-shm']) rmSync(path + end)
  mkdirSync(path)
  await eventually('the problem', () => broker.health?.().problem !== undefined)
  expect(await rejection(broker.publish('a', '1', kept))).toContain('SQLITE_CANTOPEN')
  rmSync(path, { recursive: true })
  await eventually('the recovery', () => broker.health?.().problem === undefined)
  await broker.publish('a', '2', kept)
  expect(await textsOf(broker, 'a')).toEqual(['2'])
})
