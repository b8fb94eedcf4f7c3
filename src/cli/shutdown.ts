/** Calls `end` once on SIGINT or SIGTERM and exits 0 after it; a second signal exits at once. */
export function onShutdown(end: () => Promise<void>): void {
  let ending = false
  const shutdown = (): void => {
    if (ending) process.exit(130)
    ending = true
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
}

/** Stops a server: waits for requests under way, but not for longer than `patience` milliseconds. */
export async function stopServer(
  server: { stop(force?: boolean): Promise<void> } | null,
  patience: number,
): Promise<void> {
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), patience)
  if ((await Promise.race([server?.stop(), late.promise])) === 'late') await server?.stop(true)
  clearTimeout(timer)
}
