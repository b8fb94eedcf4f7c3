import { expect, test } from 'bun:test'
import type { Backlog, Entry } from '../../src/broker/broker.ts'
import { extendWindow } from '../../src/stream/extend-window.ts'
import type { Rendered } from '../../src/stream/rendered.ts'
import type { Chunk } from '../../src/stream/chunk.ts'
import { Window } from '../../src/stream/window.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const compare = (one: string, other: string): number => Number(one) - Number(other)

/** A window that begins after `base` and has room for three events, which are their numbers. */
function open(base: number, events: readonly number[]): Window {
  const window = new Window(`${base}`, { frames: 3, bytes: 1024 }, compare)
  for (const event of events) append(window, event)
  return window
}

function append(window: Window, event: number): void {
  window.append({ bytes: encode(`${event} `), cursor: `${event}`, key: undefined, at: 0 })
}

/** What a log retains up to an event, from the cursor on. */
function backlog(after: number, upTo: number): Backlog {
  const count = upTo - after
  const entries = Array.from({ length: count }, (_, n) => ({
    cursor: `${after + n + 1}`,
    text: '',
  }))
  return { entries, cursor: `${upTo}` }
}

function render({ cursor }: Entry): Rendered {
  const delivery = { kind: 'append' } as Rendered['delivery']
  return { event: 'line', delivery, id: undefined, data: '', bytes: encode(`${cursor} `) }
}

function from(window: Window, cursor: number): string {
  const chunk = window.chunk(window.position(`${cursor}`) ?? NaN, 0)
  return new TextDecoder().decode((chunk as Chunk).bytes)
}

const nothing = (): void => undefined

test('older events come before the window, those that it has do not come twice', async () => {
  const window = open(4, [5, 6])
  const past = { read: async () => backlog(2, 6), compare, render, beforePrepend: nothing }
  expect(await extendWindow(window, '2', past)).toBe(true)
  expect(from(window, 2)).toBe('3 4 5 6 ')
})

test('a window that moves on while the log is read leaves no hole', async () => {
  const window = open(3, [4, 5, 6])
  // What was read ends before what the window begins with by now.
  const read = async (): Promise<Backlog> => {
    const known = backlog(1, 6)
    for (const event of [7, 8, 9, 10]) append(window, event)
    return known
  }
  expect(await extendWindow(window, '1', { read, compare, render, beforePrepend: nothing })).toBe(
    true,
  )
  expect(window.position('1')).toBeUndefined()
  expect(from(window, 7)).toBe('8 9 10 ')
})

test('a window that moves on while an event is rendered is met where it begins then', async () => {
  const window = open(3, [4, 5, 6])
  let moved = false
  const slowly = async (entry: Entry): Promise<Rendered> => {
    await Promise.resolve()
    if (!moved) for (const event of [7, 8]) append(window, event)
    moved = true
    return render(entry)
  }
  const past = { read: async () => backlog(1, 8), compare, render: slowly, beforePrepend: nothing }
  expect(await extendWindow(window, '1', past)).toBe(true)
  expect(from(window, 1)).toBe('2 3 4 5 6 7 8 ')
})

test('what the log cannot tell stays unknown', async () => {
  const window = open(4, [5])
  const past = { read: async () => undefined, compare, render, beforePrepend: nothing }
  expect(await extendWindow(window, '2', past)).toBe(false)
  expect(window.position('2')).toBeUndefined()
})
