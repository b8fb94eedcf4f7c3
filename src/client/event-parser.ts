/** One block of `text/event-stream`, up to its blank line. */
export interface Block {
  /** The type of the event; `message` where the block names none. */
  readonly event: string
  /** Absent where the block has no `data:` line: then it is no event. */
  readonly data: string | undefined
  readonly id: string | undefined
  /** Milliseconds. */
  readonly retry: number | undefined
}

/**
 * Reads the bytes of an event stream, cut anywhere, and calls `onBlock` for every block that is
 * whole, comments alone as well (HTML standard, 9.2.6). What comes after the last blank line is no block.
 */
export function createEventParser(onBlock: (block: Block) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder()
  let rest = ''

  function readBlock(text: string): void {
    let event = ''
    let data: string | undefined
    let id: string | undefined
    let retry: number | undefined
    for (const line of text.split(/\r\n?|\n/)) {
      const [, field, value = ''] = /([^:]*):? ?(.*)/s.exec(line)!
      if (field === 'event') event = value
      if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
      if (field === 'id' && !/\0/.test(value)) id = value
      // A timer of more than 2 ** 31 ms would run out at once.
      if (field === 'retry' && /^\d{1,9}$/.test(value)) retry = +value
    }
    onBlock({ event: event || 'message', data, id, retry })
  }

  return (bytes) => {
    // At two ends of lines. A cut may be within CR LF: then a line feed comes first in the next block.
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split(/(?:\r\n|\r(?!\n)|\n){2}/)
    rest = blocks.pop()!
    for (const block of blocks) readBlock(block)
  }
}
