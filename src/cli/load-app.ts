import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { AnyElysia } from 'elysia'
import type { RouteRow } from '../router/bind.ts'
import { rivulet, runningApps } from '../server/app.ts'

/** An app that is ready to answer. */
export interface LoadedApp {
  readonly app: AnyElysia
  readonly routes: readonly RouteRow[]
  /** The stylesheets that its pages link. */
  readonly styles: readonly string[]
  /** Ends every stream: a request that holds one open would never end by itself. */
  readonly endStreams: () => void
  /** Whether other processes hear what this one publishes. */
  readonly isShared: () => boolean
  /** Ends every stream slowly. */
  readonly drain: () => Promise<void>
  /** Ends every stream, and what the app opened. */
  readonly close: () => Promise<void>
}

/** Loads `app.ts`, or without one the folders as they are. Throws what is wrong in them. */
export async function loadApp(root: string): Promise<LoadedApp> {
  const file = ['app.ts', 'app.tsx'].map((name) => join(root, name)).find(existsSync)
  const app = file === undefined ? rivulet({ root }) : await importApp(file)
  const apps = runningApps()
  for (const running of apps) await running.ready
  await app.modules
  const ours = apps.flatMap((running) => running.routes())
  return {
    app,
    routes: file === undefined ? ours : [...ours, ...routesBeside(ours, app, basename(file))],
    styles: apps.flatMap((running) => running.styles()),
    endStreams(): void {
      for (const running of apps) running.endStreams()
    },
    isShared: () => apps.every((running) => running.isShared()),
    async drain(): Promise<void> {
      await Promise.all(apps.map((running) => running.drain()))
    },
    async close(): Promise<void> {
      for (const running of apps) await running.close()
    },
  }
}

/** What `app.ts` binds by itself. */
function routesBeside(ours: readonly RouteRow[], app: AnyElysia, file: string): RouteRow[] {
  const known = new Set(ours.map(({ method, url }) => `${method} ${url}`))
  return app.routes
    .filter(({ method, path }) => !known.has(`${method} ${path}`))
    .map(({ method, path }) => ({ method, url: path, file }))
}

async function importApp(file: string): Promise<AnyElysia> {
  const { default: app } = (await import(file)) as { readonly default?: unknown }
  // Told by what it can do: the app may have an Elysia of its own, whose class is another one.
  if (isElysia(app)) return app
  throw new TypeError(`${file} has no app as its default export.

Expected: export default rivulet()
Got: ${app === undefined ? 'no default export' : `a ${typeof app}`}`)
}

function isElysia(app: unknown): app is AnyElysia {
  return typeof app === 'object' && app !== null && 'fetch' in app && 'compile' in app
}
