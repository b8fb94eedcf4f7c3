import { expect, test } from 'bun:test'
import { lastEventId } from '../../src/sse/last-event-id.ts'

function idOf(query: string, header?: string): string | null | undefined {
  const headers = new Headers(header === undefined ? {} : { 'last-event-id': header })
  return lastEventId(new Request(`http://localhost/sse/rooms/lobby${query}`, { headers }))
}

test('the header says where to go on', () => {
  expect(idOf('', 'e3.7')).toBe('e3.7')
})

test('the query says it for a client that is new', () => {
  expect(idOf('?after=e3.7')).toBe('e3.7')
})

test('the header wins: it is what the client has seen since the page was painted', () => {
  expect(idOf('?after=e3.7', 'e3.9')).toBe('e3.9')
})

test('nothing, or nothing in it, is from now on', () => {
  expect(idOf('')).toBeUndefined()
  expect(idOf('?after=')).toBeUndefined()
  expect(idOf('', '')).toBeUndefined()
})

test.each(['a b', 'a,b', 'ä', '\0', 'x'.repeat(10_240)])('%j is an unknown place', (id) => {
  expect(idOf(`?after=${encodeURIComponent(id)}`)).toBeNull()
})

test('a header that is no id is an unknown place, even beside a good query', () => {
  expect(idOf('?after=e3.7', 'x'.repeat(10_240))).toBeNull()
  expect(idOf('', 'a b')).toBeNull()
})
