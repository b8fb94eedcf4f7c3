/** What NATS or this mapping gives a meaning to: separators, wildcards, spaces, and the sign itself. */
const SPECIAL = /[^!-)+,\-0-;<?-~]/gu
const TOKEN = /^(?:=|(?:[!-)+,\-0-;<?-~]|=[0-9A-F]{2})+)$/
const encoder = new TextEncoder()

/** The longest subject, in bytes: the server takes protocol lines of up to 4096 with two subjects in them. */
const LONGEST = 1024

/**
 * The subject of a topic under a prefix: `rooms/lobby` is `rivulet.rooms.lobby`.
 *
 * Each segment is a token. What a token cannot hold is written like `=2E`, with the bytes of its
 * UTF-8: `.`, `*`, `>`, `=` and all but printable ASCII. Percent signs stay, so what a URL already
 * escapes is not escaped again. An empty segment is `=`.
 */
export function subjectOf(prefix: string, topic: string): string {
  if (!topic.isWellFormed())
    throw new TypeError(
      `A topic is no text.\n\nExpected: no lone surrogates\nGot: ${JSON.stringify(topic.slice(0, 80))}`,
    )
  const subject = `${prefix}.${topic.split('/').map(token).join('.')}`
  if (subject.length <= LONGEST) return subject
  throw new TypeError(
    `A topic is too long for NATS.\n\nExpected: a subject of at most ${LONGEST} bytes\nGot: ${subject.length}`,
  )
}

/** The topic of a subject; `undefined` when no topic has it. */
export function topicOf(prefix: string, subject: string): string | undefined {
  if (!subject.startsWith(`${prefix}.`)) return undefined
  const tokens = subject.slice(prefix.length + 1).split('.')
  if (!tokens.every((token) => TOKEN.test(token))) return undefined
  try {
    const topic = tokens.map(segment).join('/')
    return subjectOf(prefix, topic) === subject ? topic : undefined
  } catch (error) {
    // Bytes that are no UTF-8, or too many of them.
    if (error instanceof URIError || error instanceof TypeError) return undefined
    throw error
  }
}

function token(segment: string): string {
  return segment === '' ? '=' : segment.replace(SPECIAL, escape)
}

function escape(character: string): string {
  return Array.from(
    encoder.encode(character),
    (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
}

function segment(token: string): string {
  // A percent sign is the topic's own here, and no escape.
  return token === '=' ? '' : decodeURIComponent(token.replace(/%/g, '%25').replace(/=/g, '%'))
}

/** Where the subjects of ephemeral events begin: outside the stream. */
export function ephemeralPrefix(prefix: string): string {
  return `${prefix}-ephemeral`
}

/** The subject of the stream's first record: no topic has it, since `=b` escapes nothing. */
export function anchorSubject(prefix: string): string {
  return `${prefix}.=begin`
}
