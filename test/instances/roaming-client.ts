import { readEvents } from '../../src/sse/read-events.ts'

/** A client that comes back, as an EventSource does, to whichever of the instances it finds. */
export class RoamingClient {
  /** The markup of each event; `reset` where the server said that some are missing. */
  readonly seen: string[] = []
  /** How often it has connected. */
  connects = 0
  readonly #path: string
  readonly #urls: () => readonly string[]
  #events: AsyncGenerator<unknown> | undefined
  #isOver = false

  constructor(path: string, urls: () => readonly string[]) {
    this.#path = path
    this.#urls = urls
    void this.#run()
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#events?.return(undefined)
  }

  async #run(): Promise<void> {
    let id = ''
    for (let attempt = 0; !this.#isOver; attempt++) {
      const urls = this.#urls()
      const url = urls[attempt % urls.length] ?? ''
      try {
        const headers = { accept: 'text/event-stream', ...(id !== '' && { 'last-event-id': id }) }
        const response = await fetch(url + this.#path, { headers })
        this.connects++
        // The id of the first block comes without an event, so it has to be looked for.
        const events = readEvents(watchIds(response, (one) => (id = one)))
        this.#events = events
        for await (const { event, data } of events)
          this.seen.push(event === 'reset' ? 'reset' : data.replaceAll(/<[^>]*>/g, ''))
      } catch (error) {
        if (!(error instanceof Error)) throw error
      }
      await Bun.sleep(50)
    }
  }
}

/** Tells of every id that passes, whether an event comes with it or not. */
function watchIds(response: Response, tell: (id: string) => void): Response {
  const decoder = new TextDecoder()
  let rest = ''
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        const blocks = (rest + decoder.decode(part, { stream: true })).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const [, id] = /^id: (.+)$/m.exec(block) ?? []
          if (id !== undefined) tell(id)
        }
        controller.enqueue(part)
      },
    }),
  )
  return new Response(body, response)
}
