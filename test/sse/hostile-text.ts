import fc from 'fast-check'

/** What breaks out of a field, of a frame, or of the encoding, if anything does. */
const PIECES = [
  '\r',
  '\n',
  '\r\n',
  '\n\n',
  '\r\r',
  '\0',
  '\uFEFF',
  '\uD800',
  '\uDFFF',
  '\u2028',
  '\u0085',
  ':',
  ' ',
  'data:',
  'data: ',
  'event: end',
  'id: 1',
  'retry: 0',
  '<script>',
  '&amp;',
  '"',
  "'",
  'ä',
  '🦊',
]

/** Text as an attacker writes it: pieces that end lines and forge fields, between any others. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''))

/** What arrives: an event stream has one kind of line end, and UTF-8 no lone surrogates. */
export function asReceived(data: string): string {
  return data.replace(/\r\n|\r/g, '\n').toWellFormed()
}
