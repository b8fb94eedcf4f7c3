import { UsageError } from './usage-error.ts'
import { type Address, listening } from './address.ts'
import { onShutdown } from './shutdown.ts'

/** Set in the environment of a worker. */
const WORKER = 'RIVULET_WORKER'
/** The shortest and the longest wait before a worker that died is started again, in milliseconds. */
const BACKOFF = { first: 250, longest: 30_000 }
/** Milliseconds of life after which a worker's death is its first again. */
const SETTLED = 60_000

/** Whether this process is one of several that serve the app. */
export function isWorker(): boolean {
  return process.env[WORKER] !== undefined
}

/** Tells the process that has started this worker that it listens, and ends with it. */
export function reportReady(end: () => void): void {
  process.once('disconnect', end)
  process.send?.('ready')
}

/**
 * Runs an app in several processes that listen on one port (SO_REUSEPORT: the kernel spreads the
 * connections). One that dies is started again; one that cannot even start ends them all.
 */
export async function startWorkers(count: number, address: Address): Promise<void> {
  const port = listening(address, () => freePort(address))
  const workers = new Set<Bun.Subprocess>()
  let isEnding = false

  /** `deaths` before it; `undefined` for one of the first, without which nothing starts at all. */
  function spawn(deaths?: number): Promise<void> {
    const ready = Promise.withResolvers<void>()
    const begun = performance.now()
    let isReady = false
    const host = address.host === undefined ? [] : ['--host', address.host]
    const worker = Bun.spawn(
      [process.execPath, Bun.main, 'start', '--port', String(port), ...host],
      {
        env: { ...process.env, [WORKER]: String(workers.size + 1) },
        stdio: ['ignore', 'inherit', 'inherit'],
        ipc() {
          isReady = true
          ready.resolve()
        },
        onExit(_, code, signal) {
          workers.delete(worker)
          if (isEnding) return
          const how = signal === null ? `exit code ${code}` : `signal ${signal}`
          if (!isReady && deaths === undefined)
            return ready.reject(new UsageError(`A worker could not start: ${how}.`))
          const count = performance.now() - begun > SETTLED ? 0 : (deaths ?? 0)
          const wait = Math.min(BACKOFF.longest, BACKOFF.first * 2 ** count)
          console.error(`A worker died with ${how}; another one starts in ${wait} ms.`)
          setTimeout(() => {
            if (!isEnding) void spawn(count + 1)
          }, wait)
        },
      },
    )
    workers.add(worker)
    return ready.promise
  }

  async function end(): Promise<void> {
    isEnding = true
    for (const worker of workers) worker.kill('SIGTERM')
    await Promise.all([...workers].map((worker) => worker.exited))
  }

  onShutdown(end)
  try {
    await Promise.all(Array.from({ length: count }, () => spawn()))
  } catch (error) {
    await end()
    throw error
  }
  console.log(`Listening on http://${address.host ?? 'localhost'}:${port} with ${count} workers`)
}

/**
 * The port, which nobody has just now. Workers would share theirs with those of another app, and the
 * kernel give each a part of the requests.
 */
function freePort({ port, host = '0.0.0.0' }: Address): number {
  const server = Bun.listen({ hostname: host, port, socket: { data: () => undefined } })
  const { port: free } = server
  server.stop(true)
  return free
}
