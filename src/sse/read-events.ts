/** One event as a client sees it (HTML standard, 9.2.6 "Interpreting an event stream"). */
export interface ReadEvent {
  /** `message` when the block had no name. */
  readonly event: string
  readonly data: string
  /** The last id so far, also one that came without an event. */
  readonly id: string
}

/**
 * Reads the events of a response of ours as they come; ends with it, and ends it on `return()`.
 * Comments and empty blocks are silent.
 */
export function readEvents(response: Response): AsyncGenerator<ReadEvent> {
  const reader = response.body?.getReader()
  const events = read(reader)
  const end = events.return.bind(events)
  // A generator that has not begun, or that awaits, would end without letting go of the response.
  events.return = async (value) => {
    await reader?.cancel()
    return end(value)
  }
  return events
}

async function* read(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder()
  let id = ''
  let rest = ''
  for (;;) {
    const part = await reader?.read()
    if (part === undefined || part.done) return
    const blocks = (rest + decoder.decode(part.value, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      let event = 'message'
      const data: string[] = []
      for (const line of block.split('\n')) {
        const [, field, value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? []
        if (field === 'event') event = value
        if (field === 'data') data.push(value)
        if (field === 'id') id = value
      }
      if (data.length > 0) yield { event, data: data.join('\n'), id }
    }
  }
}
