import { connect, createServer, type Socket } from 'node:net'
import type { WireServer } from './wire-server.ts'

/** A line to a server on this machine, as bad as a test wants it. */
export interface RoughProxy {
  readonly url: string
  readonly port: number
  /** Where new connections go. */
  target: number
  /** How many bytes of answers a new connection lets through before it breaks; default: all. */
  budget: () => number
  /** Milliseconds that every piece of an answer takes. */
  delay: number
  /** Connections that have been made, and those that broke. */
  readonly made: number
  readonly broken: number
  /** Breaks every connection there is. */
  breakAll(): void
  close(): void
}

/** Forwards TCP connections, until their budget is used up. */
export async function roughProxy({ server: { port = 0 }, url }: WireServer): Promise<RoughProxy> {
  const open = new Set<Socket>()
  let made = 0
  let broken = 0
  const entry = createServer((near) => {
    made++
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
      broken++
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
    port: address.port,
    target: port,
    budget: () => Infinity,
    delay: 0,
    get made(): number {
      return made
    },
    get broken(): number {
      return broken
    },
    breakAll(): void {
      for (const socket of open) socket.destroy()
    },
    close(): void {
      entry.close()
      proxy.breakAll()
    },
  }
  return proxy
}
