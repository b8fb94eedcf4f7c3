/** One block of an event stream (HTML standard, 9.2.5 "Parsing an event stream"). */
export interface SseEvent {
  /** Printable ASCII without space and comma, at most 128 characters; `message` is sent unnamed. */
  readonly event?: string | undefined
  /** The cursor after this event; the same alphabet and bound. */
  readonly id?: string | undefined
  /** Any text. Without it a client moves its cursor, but dispatches nothing. */
  readonly data?: string | undefined
  /** Milliseconds that a client waits before it reconnects. */
  readonly retry?: number | undefined
}

const encoder = new TextEncoder()

/**
 * Encodes one event as `text/event-stream`, with a `data:` line per line of `data`.
 *
 * A name or id that could forge a field is refused: those are the program's own, never a user's.
 */
export function encodeEvent(event: SseEvent): Uint8Array<ArrayBuffer> {
  let block = ''
  if (event.retry !== undefined) block += `retry: ${Math.round(event.retry)}\n`
  if (event.event !== undefined && event.event !== 'message') {
    block += `event: ${checkToken('event name', event.event)}\n`
  }
  if (event.id !== undefined) block += `id: ${checkToken('id', event.id)}\n`
  if (event.data !== undefined) block += `data: ${event.data.replace(LINE_END, '\ndata: ')}\n`
  return encoder.encode(block + '\n')
}

/** A comment, which keeps proxies and idle timers awake and is dispatched to nobody. */
export const HEARTBEAT: Uint8Array<ArrayBuffer> = encoder.encode(':\n\n')

/** Whether a string may be an id or an event name: no space, no comma, nothing that ends a line. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

const LINE_END = /\r\n|\r|\n/g
const TOKEN = /^[!-+\--~]{1,128}$/

function checkToken(what: string, text: string): string {
  if (isToken(text)) return text
  throw new TypeError(`An SSE ${what} cannot be sent.

Expected: 1 to 128 printable ASCII characters without space and comma
Got: ${JSON.stringify(text.slice(0, 140))}`)
}
