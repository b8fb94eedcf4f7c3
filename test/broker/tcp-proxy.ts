import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between clients and a server, and can behave as a bad network does. */
export class TcpProxy {
  readonly #clients = new Set<Socket>()
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #stalled = false
  #refusing = false

  /** `target` is the port of the server; another may take its place. */
  constructor(public target: number | (() => number)) {}

  /** Makes one that listens. */
  static async open(target: number | (() => number)): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await proxy.open()
    return proxy
  }

  get port(): number {
    return this.#port
  }

  /** How many clients are connected. */
  get clients(): number {
    return this.#clients.size
  }

  /** Listens, at the same port each time. */
  async open(): Promise<void> {
    const server = createServer((client) => this.#join(client))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', () => resolve())
    })
    this.#server = server
    const address = server.address()
    if (typeof address === 'object') this.#port = address?.port ?? 0
  }

  /** Ends all connections and refuses new ones, as when the server is killed. */
  async shut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.cut()
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shut()
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Ends all connections, and new ones as soon as they come. */
  refuse(): void {
    this.#refusing = true
    this.cut()
  }

  /** Forwards nothing any more, not even an end; new connections are taken and left like that. */
  stall(): void {
    this.#stalled = true
  }

  /** Ends what was stalled, and forwards again. */
  heal(): void {
    this.cut()
    this.#stalled = false
    this.#refusing = false
  }

  #join(client: Socket): void {
    if (this.#refusing) {
      client.destroy()
      return
    }
    this.#clients.add(client)
    client.on('close', () => this.#clients.delete(client))
    const { target } = this
    const server = connect(typeof target === 'number' ? target : target(), '127.0.0.1')
    const ends: [Socket, Socket][] = [
      [client, server],
      [server, client],
    ]
    for (const [from, to] of ends) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (chunk) => {
        if (!this.#stalled) to.write(chunk)
      })
      // What matters is the close that follows.
      from.on('error', () => from.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        if (!this.#stalled) to.destroy()
      })
    }
  }
}
