import { describe, expect, test } from 'bun:test'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { type Block, createEventParser } from '../../src/client/event-parser.ts'

/** What the parser makes of bytes that come in these pieces. */
function parse(...pieces: readonly (string | Uint8Array)[]): Block[] {
  const blocks: Block[] = []
  const read = createEventParser((block) => blocks.push(block))
  for (const piece of pieces)
    read(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
  return blocks
}

/** What an independent parser makes of the text, as far as it tells. */
function expected(text: string): object[] {
  const events: object[] = []
  const parser = createParser({
    onEvent: ({ event, id, data }) => events.push({ event: event || 'message', id, data }),
  })
  parser.feed(text)
  return events
}

const lines = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        'data: a',
        'data',
        'data:',
        'data:  b',
        'event: e',
        'event:',
        'id: 1',
        'id',
        'id: 2\0',
        'retry: 5',
        'retry: 5x',
        ': hey',
        ':',
        'other: x',
        ' data: x',
        'data: é🎉\u2028',
        '',
      ),
    },
    { weight: 2, arbitrary: fc.constant('') },
    fc.string().map((text) => `data: ${text.replaceAll(/[\r\n]/g, '')}`),
  ),
  { maxLength: 30 },
)
const ends = fc.infiniteStream(fc.constantFrom('\n', '\r\n', '\r'))

test('any stream, cut anywhere, is read as another parser reads it', () => {
  fc.assert(
    fc.property(lines, ends, fc.array(fc.nat(400)), (lines, ends, cuts) => {
      // The last line end is whole: the other parser waits for what may follow a CR.
      const text = `${lines.map((line) => line + ends.next().value).join('')}\n\n:\n`
      const bytes = new TextEncoder().encode(text)
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b)]
      const pieces = places.map((from, index) => bytes.subarray(from, places[index + 1]))
      const events = parse(...pieces).filter(({ data }) => data !== undefined)
      expect(events.map(({ event, id, data }) => ({ event, id, data }))).toEqual(
        expected(text) as never,
      )
    }),
    { numRuns: 1000 },
  )
})

describe('a block', () => {
  test('may only move the cursor, or only say when to come back, or nothing at all', () => {
    expect(parse('id: 7\n\nretry: 250\n\n:\n\nevent: nothing\n\n')).toEqual([
      { event: 'message', data: undefined, id: '7', retry: undefined },
      { event: 'message', data: undefined, id: undefined, retry: 250 },
      { event: 'message', data: undefined, id: undefined, retry: undefined },
      { event: 'nothing', data: undefined, id: undefined, retry: undefined },
    ])
  })

  test('that is cut off is none', () => {
    expect(parse('data: 1\n\ndata: 2\n')).toHaveLength(1)
    expect(parse('data: 1')).toEqual([])
  })

  test('is there as soon as its blank line is, whatever that ends in', () => {
    for (const blank of ['\n\n', '\r\r', '\r\n\r', '\n\r']) {
      expect(parse(`data: 1${blank}`).map(({ data }) => data)).toEqual(['1'])
      expect(parse(`data: 1${blank}`, '\ndata: 2\n\n').map(({ data }) => data)).toEqual(['1', '2'])
    }
  })

  test('may come byte by byte, with a mark before it and characters of several bytes', () => {
    const bytes = new TextEncoder().encode('\uFEFFid: é\r\ndata: 🎉\r\ndata: b\r\n\r\n')
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(parse(...pieces)).toEqual([
      { event: 'message', data: '🎉\nb', id: 'é', retry: undefined },
    ])
  })
})
