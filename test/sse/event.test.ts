import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeEvent, HEARTBEAT, isToken, type SseEvent } from '../../src/sse/event.ts'
import { asReceived, hostileText } from './hostile-text.ts'
import { cut, parseBytes } from './parse-bytes.ts'

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const text = (event: SseEvent): string => decode(encodeEvent(event))

describe('the bytes', () => {
  test('of an event with everything', () => {
    expect(
      text({ retry: 2871.4, event: 'notification', id: 'e3.1043', data: '<li>Done</li>' }),
    ).toBe('retry: 2871\nevent: notification\nid: e3.1043\ndata: <li>Done</li>\n\n')
  })

  test.each<[string, SseEvent, string]>([
    ['an event called message has no name', { event: 'message', data: 'a' }, 'data: a\n\n'],
    ['a cursor alone dispatches nothing', { id: 'e.1' }, 'id: e.1\n\n'],
    ['empty data is a line of its own', { event: 'reset', data: '' }, 'event: reset\ndata: \n\n'],
    ['a field for every line', { data: 'a\nb\r\nc\rd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    ['line ends at the edges', { data: '\na\n' }, 'data: \ndata: a\ndata: \n\n'],
    [
      'a forged frame stays data',
      { data: '\n\nevent: end' },
      'data: \ndata: \ndata: event: end\n\n',
    ],
    ['a leading space survives', { data: ' a' }, 'data:  a\n\n'],
    ['nothing at all', {}, '\n'],
    ['the shortest wait', { retry: 0 }, 'retry: 0\n\n'],
    ['a lone surrogate', { data: 'a\uD800b' }, 'data: a\uFFFDb\n\n'],
    ['other line separators are none', { data: 'a\u2028b\u0085c' }, 'data: a\u2028b\u0085c\n\n'],
  ])('%s', (_, event, bytes) => {
    expect(text(event)).toBe(bytes)
  })

  test('of a heartbeat', () => {
    expect(decode(HEARTBEAT)).toBe(':\n\n')
  })
})

/** Printable ASCII without space and comma. */
const token = fc.string({
  unit: fc
    .integer({ min: 0x21, max: 0x7e })
    .map((code) => (code === 0x2c ? '-' : String.fromCharCode(code))),
  minLength: 1,
  maxLength: 128,
})

describe('a parser that knows nothing of Rivulet', () => {
  test('reads back the name, the id and the very data, however the bytes are cut', () => {
    const event = fc.record({ event: token, id: token, data: hostileText })
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (events, places) => {
          const bytes = Buffer.concat(events.map(encodeEvent))
          expect(parseBytes(cut(bytes, places))).toEqual(
            events.map(({ event, id, data }) => ({
              id,
              event: event === 'message' ? undefined : event,
              data: asReceived(data),
            })),
          )
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('a name or an id that could forge a field', () => {
  test.each([
    '',
    ' ',
    'a b',
    'a,b',
    'a\nb',
    'a\rb',
    'a\0b',
    'ä',
    '\uFEFFa',
    'a\n',
    'x'.repeat(129),
  ])('%j is refused', (bad) => {
    expect(isToken(bad)).toBe(false)
    expect(() => encodeEvent({ event: bad, data: '' })).toThrow('An SSE event name cannot be sent.')
    expect(() => encodeEvent({ id: bad })).toThrow('An SSE id cannot be sent.')
  })

  test('the refusal shows what was given, and not more than a line of it', () => {
    expect(() => encodeEvent({ id: 'a\nid: 9' })).toThrow(
      'An SSE id cannot be sent.\n\nExpected: 1 to 128 printable ASCII characters without space and comma\nGot: "a\\nid: 9"',
    )
    expect(() => encodeEvent({ id: 'x'.repeat(100_000) })).toThrow(/^.{0,400}$/s)
  })

  test('either it is refused, or a parser reads it back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, token), (name) => {
        if (!isToken(name)) return expect(() => encodeEvent({ id: name })).toThrow(TypeError)
        const [message] = parseBytes([encodeEvent({ event: name, id: name, data: 'x' })])
        expect(message).toEqual({
          id: name,
          event: name === 'message' ? undefined : name,
          data: 'x',
        })
      }),
      { numRuns: 2000 },
    )
  })
})
