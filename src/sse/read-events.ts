/** One event as a client sees it (HTML standard, 9.2.6 "Interpreting an event stream"). */
export interface ReadEvent {
  /** `message` when the block had no name. */
  readonly event: string
  readonly data: string
  /** The last id so far, also one that came without an event. */
  readonly id: string
}

/** Reads the events of a response as they come; ends with it. Comments and empty blocks are silent. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent> {
  if (response.body === null) return
  let id = ''
  let rest = ''
  // TypeScript's DOM types know no async iteration of a stream that was piped through a decoder.
  const text = response.body.pipeThrough(
    new TextDecoderStream() as never,
  ) as unknown as AsyncIterable<string>
  for await (const part of text) {
    const blocks = (rest + part).split('\n\n')
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
