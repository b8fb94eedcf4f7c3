import { describe, expect, test } from 'bun:test'
import type { Frame } from '../../src/stream/frame.ts'
import type { Chunk } from '../../src/stream/chunk.ts'
import { Window } from '../../src/stream/window.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = ({ bytes }: Chunk): string => new TextDecoder().decode(bytes)

/** Cursors are numbers here; `undefined` is what no broker made. */
function compare(one: string, other: string): number | undefined {
  const difference = Number(one) - Number(other)
  return Number.isNaN(difference) ? undefined : difference
}

function frame(text: string, cursor: number | undefined, key?: string): Frame {
  return { bytes: encode(text), cursor: cursor?.toString(), key, at: 0 }
}

function open(base = 0, most = 1024): Window {
  return new Window(String(base), { frames: most, bytes: 4 * 1024 * 1024 }, compare)
}

/** All that a reader at a position gets, chunk by chunk. */
function read(window: Window, from: number, liveFrom = 0): string[] {
  const parts: string[] = []
  for (let position = from; ;) {
    const chunk = window.chunk(position, liveFrom)
    if (chunk === undefined) return parts
    if (chunk === 'gap') return [...parts, 'gap']
    parts.push(decode(chunk))
    position = chunk.next
  }
}

describe('positions', () => {
  test('an empty window is at its base', () => {
    const window = open(7)
    expect(window.head).toBe(0)
    expect(window.cursor(0)).toBe('7')
    expect(window.position('7')).toBe(0)
    expect(window.position('6')).toBeUndefined()
    expect(window.position('foreign')).toBeUndefined()
    expect(window.chunk(0, 0)).toBeUndefined()
  })

  test('a cursor between two events, or after all of them, has a place', () => {
    const window = open(0)
    for (const cursor of [10, 20, 30]) window.append(frame('x', cursor))
    const positions = [0, 5, 10, 15, 20, 29, 30, 99].map((cursor) => window.position(`${cursor}`))
    expect(positions).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    expect([0, 1, 2, 3].map((position) => window.cursor(position))).toEqual(['0', '10', '20', '30'])
    expect([0, 30, 31].map((cursor) => window.hasReached(`${cursor}`))).toEqual([true, true, false])
  })

  test('ephemeral frames lie after the event before them', () => {
    const window = open(0)
    window.append(frame('e', undefined))
    window.append(frame('a', 10))
    window.append(frame('e', undefined))
    window.append(frame('e', undefined))
    expect(['0', '5', '10', '11'].map((cursor) => window.position(cursor))).toEqual([0, 0, 2, 2])
    expect(window.cursor(window.head)).toBe('10')
  })
})

describe('chunks', () => {
  test('everything between a position and the head is one chunk, shared by all who are there', () => {
    const window = open()
    for (const [index, text] of ['a', 'b', 'c'].entries()) window.append(frame(text, index + 1))
    expect(read(window, 0)).toEqual(['abc'])
    expect(read(window, 2)).toEqual(['c'])
    expect(window.chunk(1, 0)).toBe(window.chunk(1, 0) as Chunk)
  })

  test('whoever comes back shares it, too', () => {
    const window = open()
    window.append(frame('e', undefined))
    for (const cursor of [1, 2, 3]) window.append(frame('x', cursor))
    expect(window.chunk(1, 4)).toBe(window.chunk(1, 3) as Chunk)
    expect(window.chunk(1, 4)).toBe(window.chunk(1, 0) as Chunk)
  })

  test('a single frame is handed on as it is', () => {
    const window = open()
    const only = frame('a', 1)
    window.append(only)
    expect((window.chunk(0, 0) as Chunk).bytes).toBe(only.bytes)
  })

  test('are of some 64 KiB; a frame may be larger', () => {
    const window = open()
    for (let cursor = 1; cursor <= 10; cursor++) window.append(frame('x'.repeat(30_000), cursor))
    expect(read(window, 0).map(({ length }) => length)).toEqual([90_000, 90_000, 90_000, 30_000])
  })

  test('a larger frame than the window holds is delivered all the same', () => {
    const window = open()
    window.append(frame('a', 1))
    window.append(frame('x'.repeat(5 * 1024 * 1024), 2))
    expect(read(window, 1)).toEqual(['x'.repeat(5 * 1024 * 1024)])
    expect(read(window, 0)).toEqual(['gap'])
  })
})

describe('what is skipped', () => {
  test('of one key, all but the newest', () => {
    const window = open()
    window.append(frame('p1', 1, 'p'))
    window.append(frame('a', 2))
    window.append(frame('q1', 3, 'q'))
    window.append(frame('p2', 4, 'p'))
    expect(read(window, 0)).toEqual(['aq1p2'])
    expect(read(window, 3)).toEqual(['p2'])
  })

  test('of one key in older frames, all but the newest of them', () => {
    const window = open(10)
    window.prepend([frame('p1', 3, 'p'), frame('p2', 4, 'p'), frame('q1', 5, 'q')], '2')
    expect(read(window, -3)).toEqual(['p2q1'])
    window.append(frame('q2', 11, 'q'))
    expect(read(window, -3)).toEqual(['p2q2'])
  })

  test('ephemeral frames from before a reader came', () => {
    const window = open()
    window.append(frame('e1', undefined))
    window.append(frame('a', 1))
    window.append(frame('e2', undefined))
    expect(read(window, 0, 3)).toEqual(['a'])
    window.append(frame('e3', undefined))
    window.append(frame('b', 2))
    expect(read(window, 0, 3)).toEqual(['a', 'e3b'])
    expect(read(window, 0, 0)).toEqual(['e1ae2e3b'])
  })
})

describe('what is gone', () => {
  test('beyond the most frames, the oldest', () => {
    const window = open(0, 3)
    for (const cursor of [1, 2, 3, 4, 5]) window.append(frame(`${cursor}`, cursor))
    expect(window.base).toBe('2')
    expect([0, 1, 2, 3, 5].map((position) => window.resume(position))).toEqual([
      undefined,
      undefined,
      2,
      3,
      5,
    ])
    expect(read(window, 1)).toEqual(['gap'])
    expect(read(window, 2)).toEqual(['345'])
    expect(window.position('1')).toBeUndefined()
    expect(window.position('2')).toBe(2)
  })

  test('beyond the most bytes, the oldest', () => {
    const window = open()
    for (let cursor = 1; cursor <= 6; cursor++)
      window.append(frame('x'.repeat(1024 * 1024), cursor))
    expect(window.resume(1)).toBeUndefined()
    expect(window.resume(2)).toBe(2)
  })

  test('an ephemeral frame that is gone is not missed', () => {
    const window = open(0, 3)
    window.append(frame('a', 1))
    for (let n = 0; n < 9; n++) window.append(frame('e', undefined))
    expect(window.base).toBe('1')
    expect(read(window, 0)).toEqual(['gap'])
    expect(read(window, 1)).toEqual(['eee'])
    expect(window.position('1')).toBe(7)
  })

  test('after a gap of the broker, everything: no position reaches across', () => {
    const window = open()
    for (const cursor of [1, 2, 3]) window.append(frame('x', cursor, 'k'))
    const { head } = window
    window.restart('9')
    expect(read(window, head)).toEqual(['gap'])
    expect(window.cursor(window.head)).toBe('9')
    expect(window.position('3')).toBeUndefined()
    window.append(frame('y', 10, 'k'))
    expect(read(window, head)).toEqual(['gap'])
    expect(read(window, window.position('9') ?? NaN)).toEqual(['y'])
  })
})

test('older frames come before the others, and no position of those changes', () => {
  const window = open(10)
  window.append(frame('c', 11))
  window.prepend([frame('a', 9), frame('b', 10)], '8')
  expect(window.base).toBe('8')
  expect(window.position('8')).toBe(-2)
  expect(window.position('10')).toBe(0)
  expect(read(window, -2)).toEqual(['abc'])
  expect(read(window, 0)).toEqual(['c'])
})
