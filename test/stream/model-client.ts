import { setImmediate } from 'node:timers/promises'

/** A block of a connection; its topic is `undefined` where the blocks do not name one. */
export interface Block {
  readonly topic: string | undefined
  readonly event: string | undefined
  readonly id: string | undefined
  readonly data: string | undefined
}

/** Reads a connection when it is told to, and takes it apart as it comes. */
export class ModelClient {
  /** Blocks that have come and that nobody has taken. */
  blocks: Block[] = []
  /** Whether the server has ended it. */
  isOver = false
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  #rest = ''
  #topic: string | undefined
  #pending: Promise<void> | undefined

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader()
  }

  /** One chunk, whenever it comes. */
  read(): Promise<void> {
    this.#pending ??= this.#reader.read().then(({ done, value }) => {
      this.#pending = undefined
      if (done) this.isOver = true
      else this.#parse(value)
    })
    return this.#pending
  }

  /** One chunk, if it comes within some turns of the event loop; answers whether it did. */
  async sip(): Promise<boolean> {
    if (this.isOver) return false
    const read = this.read().then(() => true)
    return Promise.race([read, setImmediate().then(() => setImmediate(false))])
  }

  /** Takes everything there is now. */
  async drain(): Promise<void> {
    while (await this.sip());
  }

  /** Goes away. */
  leave(): Promise<void> {
    return this.#reader.cancel()
  }

  #parse(part: Uint8Array): void {
    const blocks = (this.#rest + this.#decoder.decode(part, { stream: true })).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => split(line)))
      const [event, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')]
      if (event === 'topic') this.#topic = data
      else if (event !== undefined || id !== undefined || data !== undefined)
        this.blocks.push({ topic: this.#topic, event, id, data })
    }
  }
}

function split(line: string): [field: string, value: string] {
  const at = line.indexOf(': ')
  return [line.slice(0, at), line.slice(at + 2)]
}
