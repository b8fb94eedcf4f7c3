import type { Socket } from 'bun'
import { Chunked } from './chunked.ts'

/** One topic, as a client has had it. */
export interface Heard {
  cursor: string | undefined
  /** The newest event, as `a:17`; `undefined` where any may come next. */
  newest: string | undefined
  events: number
  resets: number
  faults: number
}

export interface VisitorOptions {
  readonly ports: readonly number[]
  readonly topics: readonly string[]
  readonly query?: string
  readonly follow: boolean
}

/** How long to wait for a server that is not there, in milliseconds, before the next one is tried. */
const ELSEWHERE = 50

/** A client over a raw socket: it checks what comes, and comes back. */
export class Visitor {
  readonly heard = new Map<string, Heard>()
  readonly returns: number[] = []
  refused = 0
  /** Resolves when it has been told the first cursors; rejects when it cannot be. */
  readonly ready: Promise<void>
  readonly #options: VisitorOptions
  readonly #ready = Promise.withResolvers<void>()
  #socket: Socket<Visitor> | undefined
  #port = 0
  #retry = 1000
  #paused = false
  #head: string | undefined = ''
  #body = new Chunked()
  #rest = ''
  #topic: string

  constructor(options: VisitorOptions) {
    this.#options = options
    this.ready = this.#ready.promise
    this.#topic = options.topics[0] ?? ''
    for (const topic of options.topics)
      this.heard.set(topic, {
        cursor: undefined,
        newest: undefined,
        events: 0,
        resets: 0,
        faults: 0,
      })
  }

  /** Whether its last words from the server are not the end. */
  get isConnected(): boolean {
    return this.#socket !== undefined && this.#head === undefined
  }

  pause(): void {
    this.#paused = true
    this.#socket?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#socket?.resume()
  }

  async connect(): Promise<void> {
    const { ports, topics } = this.#options
    this.#head = ''
    this.#rest = ''
    this.#body = new Chunked()
    this.#topic = topics[0] ?? ''
    try {
      this.#socket = await Bun.connect<Visitor>({
        hostname: '127.0.0.1',
        port: ports[this.#port] ?? 0,
        data: this,
        socket: {
          data: (socket, part) => void (socket === this.#socket && this.#tryTake(part)),
          close: (socket) => void (socket === this.#socket && this.#gone()),
          // Whatever it is, the close follows.
          error: () => undefined,
        },
      })
    } catch {
      // Nobody is there: a server that has ended, or that takes nobody new any more.
      this.#port = (this.#port + 1) % ports.length
      this.refused++
      setTimeout(() => void this.connect(), ELSEWHERE)
      return
    }
    this.#socket.write(
      `GET ${this.#path()} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`,
    )
  }

  #path(): string {
    const on = [...this.heard].map(([topic, { cursor }]) => {
      return `on=${encodeURIComponent(cursor === undefined ? topic : `${topic}@${cursor}`)}`
    })
    return `/sse?${on.join('&')}${this.#options.query ?? ''}`
  }

  /** What is no event stream is a fault. */
  #tryTake(part: Buffer): void {
    try {
      this.#take(part)
    } catch (error) {
      console.error(error)
      this.#ready.reject(error)
      for (const heard of this.heard.values()) heard.faults++
      this.#gone()
    }
  }

  #take(part: Buffer): void {
    let text = part.toString('latin1')
    if (this.#head !== undefined) {
      this.#head += text
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!this.#head.startsWith('HTTP/1.1 200'))
        throw new Error(`A server said ${this.#head.slice(0, 40)}`)
      text = this.#head.slice(end + 4)
      this.#head = undefined
    }
    const blocks = (this.#rest + this.#body.read(text)).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) this.#block(block)
    if (this.#body.isOver) this.#gone()
  }

  #block(block: string): void {
    const fields = new Map(block.split('\n').map((line) => split(line)))
    const [event, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')]
    this.#retry = Number(fields.get('retry') ?? this.#retry)
    if (event === 'topic') this.#topic = data ?? ''
    const heard = this.heard.get(this.#topic)
    if (heard === undefined || event === 'topic') return
    heard.cursor = id ?? heard.cursor
    if (event === 'reset') {
      heard.resets++
      heard.newest = undefined
    } else if (data !== undefined) this.#event(heard, data.slice('<li>'.length))
    else if (id !== undefined) this.#ready.resolve()
  }

  #event(heard: Heard, text: string): void {
    const [server = '', number = ''] = text.split(':', 2)
    const before = `${server}:${Number(number) - 1}`
    if (heard.newest !== undefined && heard.newest !== before) heard.faults++
    heard.newest = `${server}:${number}`
    heard.events++
  }

  #gone(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.terminate()
    if (!this.#options.follow || this.#paused) return
    // An answer that ends at once is a server that is about to end.
    setTimeout(() => {
      this.returns.push(Date.now())
      void this.connect()
    }, this.#retry)
  }
}

function split(line: string): [field: string, value: string] {
  const at = line.indexOf(': ')
  return [line.slice(0, at), line.slice(at + 2)]
}
