import { fileURLToPath } from 'node:url'
import type { Server } from 'bun'
import type { loadApp, LoadedApp } from './load-app.ts'

/** Milliseconds that an outdated version keeps for answers under way. */
const GRACE = { least: 250, most: 5_000 }
const LOADER = fileURLToPath(new URL('./load-app.ts', import.meta.url))

/** One state of the app's files, loaded: its modules are its own, and end with it. */
export interface Version {
  readonly styles: readonly string[]
  fetch(request: Request): Promise<Response>
  /** Ends its streams, lets answers under way finish, and drops its modules, timers and sockets. */
  retire(): Promise<void>
}

/**
 * Loads the app anew, beside the version that serves. Rejects, leaving nothing behind, when it
 * cannot be loaded.
 *
 * A module graph per version, because Bun's `--hot` leaks timers, `--watch` drops clients and is
 * down while a file has a mistake, and neither sees a new file (Bun 1.4.5).
 */
export async function loadVersion(
  root: string,
  server: Server<unknown>,
  onError: (error: unknown) => void,
): Promise<Version> {
  const graph = new Bun.ModuleGraph({ onError })
  let underWay = 0
  let loaded: LoadedApp
  try {
    const loader = await graph.import<{ readonly loadApp: typeof loadApp }>(LOADER)
    loaded = await graph.run(() => loader.loadApp(root))
  } catch (error) {
    graph.dispose()
    throw error
  }
  const { app } = loaded
  app.server = server
  return {
    styles: loaded.styles,
    async fetch(request: Request): Promise<Response> {
      underWay++
      try {
        return await graph.run(() => app.fetch(request))
      } finally {
        underWay--
      }
    },
    async retire(): Promise<void> {
      graph.run(() => loaded.endStreams())
      // Once disposed, a graph's answers go silent without an end.
      const latest = Date.now() + GRACE.most
      do await Bun.sleep(GRACE.least)
      while (underWay > 0 && Date.now() < latest)
      await graph.run(() => loaded.close())
      graph.dispose()
    },
  }
}
