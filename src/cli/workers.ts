import { UsageError } from './usage-error.ts'
import type { Address } from './address.ts'
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
  const port = address.port === 0 ? freePort() : address.port
  const workers = new Set<Bun.Subprocess>()
  let isEnding = false

  function spawn(deaths: number): Promise<void> {
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
          if (!isReady) return ready.reject(new UsageError(`A worker could not start: ${how}.`))
          const count = performance.now() - begun > SETTLED ? 0 : deaths
          const wait = Math.min(BACKOFF.longest, BACKOFF.first * 2 ** count)
          console.error(`A worker died with ${how}; another one starts in ${wait} ms.`)
          setTimeout(() => {
            if (!isEnding) spawn(count + 1).catch((error: Error) => console.error(error.message))
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
    await Promise.all(Array.from({ length: count }, () => spawn(0)))
  } catch (error) {
    await end()
    throw error
  }
  console.log(`Listening on http://${address.host ?? 'localhost'}:${port} with ${count} workers`)
}

/** A port that nobody has just now. */
function freePort(): number {
  const server = Bun.listen({ hostname: '0.0.0.0', port: 0, socket: { data: () => undefined } })
  const { port } = server
  server.stop(true)
  return port
}
