import { afterAll, beforeAll } from 'bun:test'
import { resolve } from 'node:path'
import { eventually } from '../create/eventually.ts'
import { browserPath } from '../run/browser.ts'

const ROOT = resolve(import.meta.dir, '../..')
const CLI = resolve(ROOT, 'src/cli/rivulet.ts')

/** A server in a process of its own. */
export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string
  readonly port: number
  /** All it has printed so far. */
  output(): string
  /** Asks it to end, as a supervisor does, and resolves with its exit code. */
  stop(): Promise<number>
}

export interface ServerOptions {
  /** Default `start`. */
  readonly command?: 'start' | 'dev'
  /** The folder of the app. Default: the starter. */
  readonly root?: string
  /** Default: any that is free. */
  readonly port?: number
}

/** Runs `rivulet start` or `rivulet dev`, and waits for the line that says where it listens. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { command = 'start', root = ROOT, port = 0 } = options
  const child = Bun.spawn([process.execPath, CLI, command], {
    cwd: root,
    // Bun's test runner says `test`; each command has a default of its own.
    env: { ...process.env, NODE_ENV: undefined, NO_COLOR: '1', HOST: 'localhost', PORT: `${port}` },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let output = ''
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) output += decoder.decode(bytes, { stream: true })
  }
  const ended = Promise.all([child.exited, read(child.stdout), read(child.stderr)])

  async function stop(): Promise<number> {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
    const [exitCode] = await ended
    clearTimeout(timer)
    return exitCode
  }

  const url = await eventually(`rivulet ${command} says where it listens`, () => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`)
    return /^Listening on (http:\S+:\d+)/m.exec(output)?.[1]
  }).catch(async (cause: unknown) => {
    await stop()
    throw new Error(`rivulet ${command} did not start:\n${output}`, { cause })
  })
  return { url, port: Number(new URL(url).port), output: () => output, stop }
}

/** The URL of a starter that serves the tests of the file that calls. */
export function useServer(): { readonly url: string } {
  let server: RunningServer | undefined
  beforeAll(async () => {
    if (browserPath() !== undefined) server = await startServer()
  })
  afterAll(() => server?.stop())
  return {
    get url(): string {
      if (server === undefined) throw new Error('There is no server outside of a test.')
      return server.url
    },
  }
}
