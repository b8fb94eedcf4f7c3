import { type Address, listening } from './address.ts'
import { loadApp } from './load-app.ts'
import { onShutdown, stopServer } from './shutdown.ts'
import { UsageError } from './usage-error.ts'
import { isWorker, reportReady } from './workers.ts'

/** Milliseconds that requests under way have when the server is told to stop. */
const PATIENCE = 10_000

/** Serves the app of a folder until a signal ends it. */
export async function start(root: string, address: Address): Promise<void> {
  const { app, isShared, drain, close } = await loadApp(root)
  if (isWorker() && !isShared()) {
    throw new UsageError(`Several workers need a broker that they share.

Expected: BROKER_URL=sqlite:events.db for one machine, or redis://, nats:// or kafka:// for more
Got: logs in the memory of each process, which the others do not hear`)
  }
  listening(address, () =>
    app.listen({
      port: address.port,
      ...(address.host !== undefined && { hostname: address.host }),
      // Elysia shares the port by default: a second server would silently take half of the requests.
      reusePort: isWorker(),
      // Longer than the heartbeat, so that only a peer that takes nothing is cut off.
      idleTimeout: 60,
    }),
  )
  const { server } = app
  const shutdown = onShutdown(async () => {
    await stopServer(server, drain, PATIENCE)
    // A form that is under way may still publish: the broker goes last.
    await close()
  })
  if (isWorker()) return reportReady(shutdown)
  console.log(`Listening on http://${address.host ?? 'localhost'}:${server?.port}`)
}
