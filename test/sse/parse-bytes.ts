import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** What `eventsource-parser`, which knows nothing of Rivulet, reads from bytes that come in parts. */
export function parseBytes(parts: Iterable<Uint8Array>): EventSourceMessage[] {
  const messages: EventSourceMessage[] = []
  const decoder = new TextDecoder()
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onError: (error) => {
      throw error
    },
  })
  for (const part of parts) parser.feed(decoder.decode(part, { stream: true }))
  return messages
}

/** Cuts bytes at the given places, wherever in a character or a line end they fall. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length]
  at.sort((one, other) => one - other)
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}
