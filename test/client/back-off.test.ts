import { expect, test } from 'bun:test'
import { parseHTML } from 'linkedom'

// What a page has set, before the module reads it.
const { document } = parseHTML('<meta name="rivulet" data-longest="8000">')
Object.assign(globalThis, { document })
const { backOff } = await import('../../src/client/back-off.ts')
Reflect.deleteProperty(globalThis, 'document')

/** The longest of many waits; they are random from 0 on. */
function longest(failures: number, retry: number): number {
  const waits = Array.from({ length: 2000 }, () => backOff(failures, retry))
  expect(Math.min(...waits)).toBeLessThan(Math.max(...waits) / 10)
  return Math.max(...waits)
}

test('waits double with each failure, up to what the page has set', () => {
  expect(longest(0, 1000)).toBeWithin(900, 1000)
  expect(longest(1, 1000)).toBeWithin(1800, 2000)
  expect(longest(2, 1000)).toBeWithin(3600, 4000)
  expect(longest(9, 1000)).toBeWithin(7200, 8000)
})

test('a server that wants more time gets it, and 0 is not taken at its word', () => {
  expect(longest(3, 60_000)).toBeWithin(54_000, 60_000)
  expect(longest(0, 0)).toBeWithin(90, 100)
})
