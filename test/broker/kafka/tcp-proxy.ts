import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between clients and a server, and can behave as a bad network does. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #stalled = false

  /** `target` is the port of the server; another one may take its place. */
  constructor(public target: number) {}

  get port(): number {
    return this.#port
  }

  /** How many clients are connected. */
  get clients(): number {
    return this.#sockets.size / 2
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

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Forwards nothing any more, and closes nothing; new connections are taken and left like that. */
  stall(): void {
    this.#stalled = true
  }

  /** Ends what was stalled, and forwards again. */
  heal(): void {
    this.#stalled = false
    this.cut()
  }

  #join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1')
    const ends: [Socket, Socket][] = [
      [client, server],
      [server, client],
    ]
    for (const [from, to] of ends) {
      this.#sockets.add(from)
      from.on('data', (chunk) => {
        if (!this.#stalled) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }
}
