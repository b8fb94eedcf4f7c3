import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../create/eventually.ts'

/** A redis-server of a test, with a folder of its own. */
export interface RedisProcess {
  readonly port: number
  /** Ends it at once, as kill -9 does. */
  readonly kill: () => Promise<void>
  /** Starts it again, with what it has stored. */
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Every write is on disk before it is answered: nothing is lost with the process. */
export const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always']

/**
 * Starts a server on a free port of the loopback interface. With a configuration it is a Sentinel,
 * which wants to write into its file.
 */
export async function startRedis(
  args: readonly string[] = DURABLE,
  sentinel?: string,
): Promise<RedisProcess> {
  const port = freePort()
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-redis-'))
  const file = join(folder, 'sentinel.conf')
  if (sentinel !== undefined) await Bun.write(file, sentinel)
  const mode = sentinel === undefined ? ['--save', ''] : [file, '--sentinel']
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  let child: Bun.Subprocess | undefined

  async function start(): Promise<void> {
    const log = Bun.file(join(folder, 'log'))
    child = Bun.spawn(['redis-server', ...mode, ...where, ...args], {
      stdout: log,
      stderr: 'inherit',
    })
    await eventually(`redis-server on ${port}`, () => answers(port))
  }
  async function kill(): Promise<void> {
    child?.kill('SIGKILL')
    await child?.exited
  }
  await start()
  return {
    port,
    kill,
    start,
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sends one command with a client that is not the broker's. */
export async function command(port: number, name: string, ...args: string[]): Promise<unknown> {
  const client = new Bun.RedisClient(`redis://127.0.0.1:${port}`, { autoReconnect: false })
  try {
    return await client.send(name, args)
  } finally {
    client.close()
  }
}

/** A port that nobody listens on just now. */
export function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = server
  server.stop(true)
  return port
}

/** Whether a server answers PING, with whatever: it may want a password, or be loading. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const done = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (data) => done(!String(data).startsWith('-LOADING'))())
    socket.once('error', done(false))
    socket.once('close', done(false))
  })
}
