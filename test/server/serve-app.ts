import { afterEach } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { rivulet, type RivuletOptions } from 'rivulet'
import { type RunningApp, runningApps } from '../../src/server/app.ts'
import { fixture } from '../fixture.ts'

/** One stream without params, `news`, and one with: their components show a text. */
export const FILES = {
  'streams/news.tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
export default stream({ events: { said: append(def({ text: z.string() }, ({ text }) => <p>{text}</p>)) } })`,
  'streams/rooms/[room].tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
export default stream({
  params: { room: z.string() },
  events: { said: append(def({ text: z.string() }, ({ text }) => <p>{text}</p>)) },
})`,
}

/** An app on a port of its own. */
export interface ServedApp {
  readonly root: string
  readonly origin: string
  readonly port: number
  readonly running: RunningApp
  readonly server: Bun.Server<unknown>
  /** The default export of a file of the app. */
  readonly load: <Exported>(file: string) => Promise<Exported>
  /** A socket that has sent its request and reads nothing until it is told to. */
  readonly stall: (path: string) => Promise<Socket>
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** Serves an app on a real socket until the test ends. */
export async function serveApp(
  options: RivuletOptions = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<ServedApp> {
  const root = await fixture(files)
  const before = new Set(runningApps())
  const app = rivulet({ root, ...options })
  const [running] = runningApps().filter((one) => !before.has(one))
  await app.modules
  app.listen({ port: 0, reusePort: false, idleTimeout: 0 })
  const { server } = app
  if (running === undefined || server === null) throw new Error('The app does not run.')
  ends.push(() => app.stop(true))
  const port = server.port ?? 0
  return {
    root,
    origin: `http://localhost:${port}`,
    port,
    running,
    server,
    load: async (file) => ((await import(`${root}/${file}`)) as { default: never }).default,
    async stall(path) {
      const socket = connect(port, '127.0.0.1')
      // What is dropped under a client is an error there.
      socket.on('error', () => undefined)
      ends.push(() => socket.destroy())
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      await new Promise((resolve) => socket.once('readable', resolve))
      return socket
    },
  }
}

/** Waits until something holds; throws when it does not within `timeout` milliseconds. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeout = 5000,
): Promise<void> {
  const deadline = performance.now() + timeout
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not within ${timeout} ms: ${what}`)
    await Bun.sleep(10)
  }
}
