import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { PublishError } from '../../src/stream/message.ts'
import { topicName, topicUrl } from '../../src/stream/topic-name.ts'
import { hostileText } from '../sse/hostile-text.ts'

describe('a topic', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['notifications', {}, 'notifications'],
    ['rooms/[room]', { room: 'lobby' }, 'rooms/lobby'],
    ['rooms/[room]', { room: 'a/b' }, 'rooms/a%2Fb'],
    ['rooms/[room]', { room: '../../etc' }, 'rooms/..%2F..%2Fetc'],
    ['rooms/[room]', { room: 'a.b' }, 'rooms/a.b'],
    ['rooms/[room]', { room: '...' }, 'rooms/...'],
    ['rooms/[room]', { room: 'a%2Fb' }, 'rooms/a%252Fb'],
    ['rooms/[room]', { room: 'Grüße 🦊' }, 'rooms/Gr%C3%BC%C3%9Fe%20%F0%9F%A6%8A'],
    ['rooms/[room]', { room: 'a,b\r\n?#' }, 'rooms/a%2Cb%0D%0A%3F%23'],
    ['[a]/x/[b]', { a: 1, b: true }, '1/x/true'],
    ['docs/[...path]', { path: 'a/.b/..c' }, 'docs/a/.b/..c'],
    ['docs/[...path]', { path: 'a b/c' }, 'docs/a%20b/c'],
  ])('%s with %j is %s', (pattern, params, name) => {
    expect(topicName(pattern, params)).toBe(name)
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['rooms/[room]', { room: '' }, '""'],
    ['rooms/[room]', { room: '.' }, '"."'],
    ['rooms/[room]', { room: '..' }, '".."'],
    ['rooms/[room]', { room: 'a\uD800' }, '"a\\ud800"'],
    ['docs/[...path]', { path: 'a//b' }, '""'],
    ['docs/[...path]', { path: 'a/../b' }, '".."'],
  ])('%s with %j is refused: no URL could carry it', (pattern, params, got) => {
    expect(() => topicName(pattern, params)).toThrow(
      new PublishError(
        `A param of a topic cannot be part of a URL.\n\nExpected: a text, neither "." nor "..", without lone surrogates\nGot: ${got}`,
      ),
    )
  })

  test('that is too long is refused', () => {
    expect(() => topicName('rooms/[room]', { room: 'x'.repeat(600) })).toThrow(
      new PublishError('A topic is too long.\n\nExpected: at most 512 characters\nGot: 606'),
    )
  })

  test('of a param that is no text is refused', () => {
    expect(() => topicName('rooms/[room]', { room: new Date() })).toThrow(
      'The param "room" of a topic is no text.\n\nExpected: a string or a number\nGot: object',
    )
  })
})

/** The name, or nothing when the params are refused. */
function nameOf(pattern: string, params: Record<string, string>): string | undefined {
  try {
    return topicName(pattern, params)
  } catch (error) {
    if (error instanceof PublishError) return undefined
    throw error
  }
}

const value = fc.oneof(
  hostileText,
  fc.constantFrom('.', '..', '../..', '%2E', '%2e%2e', 'a/b', '%'),
)

test('different params never make one topic', () => {
  for (const pattern of ['[a]/[b]', 'x/[a]/y/[b]', '[a]/[...b]']) {
    fc.assert(
      fc.property(fc.tuple(value, value), fc.tuple(value, value), ([a, b], [c, d]) => {
        fc.pre(a !== c || b !== d)
        const name = nameOf(pattern, { a, b })
        if (name !== undefined) expect(nameOf(pattern, { a: c, b: d })).not.toBe(name)
      }),
      { numRuns: 1000 },
    )
  }
})

test('no topic climbs out of its place, and a URL parser leaves it as it is', () => {
  fc.assert(
    fc.property(value, (room) => {
      const name = nameOf('rooms/[room]', { room })
      if (name === undefined) return
      expect(name).toMatch(/^rooms\/[^/]+$/)
      expect(new URL(topicUrl(name), 'http://localhost').pathname).toBe(`/sse/${name}`)
    }),
    { numRuns: 1000 },
  )
})

test('the URL of a topic carries the cursor to go on from', () => {
  expect(topicUrl('rooms/lobby')).toBe('/sse/rooms/lobby')
  expect(topicUrl('rooms/lobby', 'e3.1042')).toBe('/sse/rooms/lobby?after=e3.1042')
  expect(topicUrl('rooms/lobby', 'a&b=+%')).toBe('/sse/rooms/lobby?after=a%26b%3D%2B%25')
})
