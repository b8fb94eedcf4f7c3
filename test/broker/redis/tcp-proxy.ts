import { connect, createServer, type Socket } from 'node:net'

/** A network between a client and a server, that can be cut without being closed. */
export interface TcpProxy {
  readonly port: number
  /** What is sent goes nowhere, and connections that are opened are never answered. */
  readonly stall: () => void
  /** The connections are closed, and new ones at once, too. */
  readonly refuse: () => void
  /** The connections are closed, and new ones go through. */
  readonly heal: () => void
  readonly close: () => Promise<void>
}

/** Forwards a free port of the loopback interface to another one. */
export async function startProxy(target: number): Promise<TcpProxy> {
  let stalled = false
  let refusing = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    if (refusing) {
      client.destroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => stalled || to.write(data))
      from.on('error', () => from.destroy())
      from.on('close', () => {
        sockets.delete(from)
        if (!stalled) to.destroy()
      })
    }
  })
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await listening
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const closeAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    stall: () => {
      stalled = true
    },
    refuse: () => {
      refusing = true
      closeAll()
    },
    heal: () => {
      closeAll()
      stalled = false
      refusing = false
    },
    async close() {
      closeAll()
      await new Promise((closed) => server.close(closed))
    },
  }
}
