import { connect, createServer, type Socket } from 'node:net'

/** A line to a server on this machine, as bad as a test wants it. */
export interface RoughProxy extends AsyncDisposable {
  readonly url: string
  /** Where new connections go. */
  target: number
  /** How many bytes of answers a new connection lets through before it breaks; default: all. */
  budget: () => number
  /** Milliseconds that every piece of an answer takes. */
  delay: number
  /** Connections that were turned away while the line was cut. */
  readonly refused: number
  /** Breaks every connection there is. */
  breakAll(): void
  /** Breaks every connection there is, and turns everybody away. */
  cut(): void
  /** Lets everybody through again. */
  mend(): void
  close(): void
}

/** Forwards TCP connections to a server, until their budget is used up. */
export async function roughProxy({ url }: { readonly url: string }): Promise<RoughProxy> {
  const open = new Set<Socket>()
  let isCut = false
  let refused = 0
  const entry = createServer((near) => {
    if (isCut) {
      refused++
      near.resetAndDestroy()
      return
    }
    let left = proxy.budget()
    const far = connect(proxy.target, 'localhost')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      // A connection that is reset says so here first; `close` follows.
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far)
    far.on('data', (bytes: Buffer) => {
      const passed = bytes.subarray(0, left)
      left -= bytes.length
      if (proxy.delay > 0) setTimeout(() => near.writable && near.write(passed), proxy.delay)
      else near.write(passed)
      if (left > 0) return
      far.destroy()
      near.end()
    })
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  entry.listen(0, 'localhost', resolve)
  await promise
  const address = entry.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const proxy: RoughProxy = {
    url: url.replace(/\d+$/, `${address.port}`),
    target: Number(new URL(url).port),
    budget: () => Infinity,
    delay: 0,
    get refused(): number {
      return refused
    },
    breakAll(): void {
      for (const socket of open) socket.destroy()
    },
    cut(): void {
      isCut = true
      proxy.breakAll()
    },
    mend(): void {
      isCut = false
    },
    close(): void {
      entry.close()
      proxy.breakAll()
    },
    [Symbol.asyncDispose]: () => Promise.resolve(proxy.close()),
  }
  return proxy
}
