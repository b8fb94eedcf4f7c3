import { connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut. */
export interface CuttingProxy {
  readonly url: string
  /** Connections that were turned away while the line was cut. */
  readonly refused: number
  /** Drops what is open, and turns everybody away. */
  cut(): void
  /** Lets everybody through again. */
  mend(): void
  close(): void
}

/** Forwards TCP connections to a port of this machine, as they are. */
export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let isCut = false
  let refused = 0

  function hold(socket: Socket, other: Socket): void {
    open.add(socket)
    // A connection that is reset says so here first; `close` follows.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      open.delete(socket)
      other.destroy()
    })
  }

  const server = createServer((near) => {
    if (isCut) {
      refused++
      near.resetAndDestroy()
      return
    }
    const far = connect(port, 'localhost')
    hold(near, far)
    hold(far, near)
    near.pipe(far).pipe(near)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, 'localhost', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')

  function drop(): void {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://localhost:${address.port}`,
    get refused(): number {
      return refused
    },
    cut(): void {
      isCut = true
      drop()
    },
    mend(): void {
      isCut = false
    },
    close(): void {
      server.close()
      drop()
    },
  }
}
