import { connect, createServer, type Server, type Socket } from 'node:net'

/** A piece of network that can be cut without being closed. */
export class StallingProxy {
  readonly #target: () => number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #stalled = false

  private constructor(target: () => number) {
    this.#target = target
    this.#server = createServer((client) => this.#forward(client))
  }

  /** Listens on a free port of its own, and forwards to another one. */
  static async create(target: () => number): Promise<StallingProxy> {
    const proxy = new StallingProxy(target)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy is closed.')
    return address.port
  }

  /** What is sent from now on goes nowhere, and nobody is told. */
  stall(): void {
    this.#stalled = true
  }

  /** What was stalled is closed, and new connections go through. */
  heal(): void {
    this.#stalled = false
    for (const socket of this.#sockets) socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  close(): void {
    this.heal()
    this.#server.close()
  }

  #forward(client: Socket): void {
    this.#keep(client)
    if (this.#stalled) {
      client.resume()
      return
    }
    const upstream = connect(this.#target(), '127.0.0.1')
    this.#keep(upstream)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (data) => {
        if (!this.#stalled) to.write(data)
      })
      from.on('close', () => {
        if (!this.#stalled) to.destroy()
      })
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    // What matters is the close that follows.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
