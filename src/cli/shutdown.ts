/** Milliseconds in which a further signal is the same one: a terminal and a parent both send it. */
const ECHO = 500

/**
 * Calls `end` once on SIGINT or SIGTERM and exits 0 after it; a second signal exits at once. The answer
 * does what a signal does.
 */
export function onShutdown(end: () => Promise<void>): () => void {
  let begun: number | undefined
  const shutdown = (): void => {
    if (begun !== undefined) {
      if (performance.now() - begun > ECHO) process.exit(130)
      return
    }
    begun = performance.now()
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('The server did not end well.\n', error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', shutdown)
  process.on('SIGTERM', shutdown)
  return shutdown
}

/**
 * Stops a server: it takes nobody new, ends its streams as `drain` does, and waits for requests under
 * way, but not for longer than `patience` milliseconds.
 */
export async function stopServer(
  server: { stop(force?: boolean): Promise<void> } | null,
  drain: () => Promise<void>,
  patience: number,
): Promise<void> {
  // Begun first: a server that is stopped ends its streams at once, unless they are being drained.
  const drained = drain()
  const stopped = server?.stop()
  await drained
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), patience)
  if ((await Promise.race([stopped, late.promise])) === 'late') await server?.stop(true)
  clearTimeout(timer)
}
