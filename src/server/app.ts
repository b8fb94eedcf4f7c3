import { html } from '@elysiajs/html'
import { type AnyElysia, Elysia } from 'elysia'
import { resolve } from 'node:path'
import type { Broker } from '../broker/broker.ts'
import { checkToken } from '../router/bearer.ts'
import { bindRoutes, routeTable, type RouteRow } from '../router/bind.ts'
import { loadPages } from '../router/load-pages.ts'
import { loadStreams, type PlacedStream } from '../router/load-streams.ts'
import { createUnmatched, type Unmatched } from '../router/unmatched.ts'
import { Hub } from '../stream/hub.ts'
import { assetResponse } from './asset-response.ts'
import { checkHtmx, loadAssets, type Share } from './assets.ts'
import { currentHost } from './host.ts'
import { type Limits, readLimits } from './limits.ts'
import { openLogs } from './logs.ts'
import { createMetrics } from './metrics.ts'
import { checkMetrics, type MetricsOptions, operations } from './operations.ts'
import { refusePrefix } from './refuse-prefix.ts'
import { idleTimeoutOf, readTimes } from './times.ts'
import { createVisit, type TrustedProxy } from './visit.ts'

/** The options of an app; each has a default that is right for development and production. */
export interface RivuletOptions {
  /** The folder that holds `components/`, `pages/` and `streams/`. Default: the working directory. */
  readonly root?: string
  /**
   * Where logs live: a URL (`sqlite:events.db`, `redis://…`, `nats://…`, `kafka://…`), or a broker,
   * which is closed by whoever made it. Default: `BROKER_URL`, or else the memory of this process.
   */
  readonly broker?: string | Broker | undefined
  /** Shows errors in pages. Default: whether `NODE_ENV` is other than `production`. */
  readonly development?: boolean
  /**
   * The Content-Security-Policy of every page; `false` for none.
   * Default `script-src 'self'; object-src 'none'; base-uri 'self'`. A page needs no more than
   * `default-src 'self'`.
   */
  readonly csp?: string | false
  /** The major of htmx that pages load. Default 4. */
  readonly htmx?: 2 | 4
  /**
   * Whether the tabs of a browser share one connection to the streams. Where what they are sent depends on
   * who asks, a function of a page's request that answers a key of the session, as
   * `(request) => new Bun.CookieMap(request.headers.get('cookie') ?? '').get('user') ?? ''`: only tabs with the
   * same key share. It is written into the page, so it must not be a secret. Default: each tab has its own.
   */
  readonly share?: Share
  /** Milliseconds between two comments on a quiet stream. Default 15,000. */
  readonly heartbeat?: number
  /** Milliseconds that a client waits before it reconnects, jittered down to half. Default 3,000. */
  readonly retry?: number
  /**
   * Milliseconds after which a connection whose client takes nothing is cut off, seen at a
   * heartbeat. The client, if there is one, comes back from where it was. Default 60,000.
   */
  readonly stallTimeout?: number
  /**
   * Milliseconds after which a connection is ended, jittered down to three quarters; its client comes
   * back at once, and `authorize` is asked again. Default one hour.
   */
  readonly maxAge?: number
  /**
   * The longest that a server which is told to stop takes to end its streams, in milliseconds: one
   * after the other, so that their clients do not come to the next server all at once. Default 5,000.
   */
  readonly drain?: number
  /** How many connections one process takes. */
  readonly limits?: Limits
  /** The proxy whose word is taken for the address of a visitor. Default: none. */
  readonly trustedProxy?: TrustedProxy
  /**
   * `GET /metrics` in Prometheus's format: for anybody, for nobody, or for whoever has a token.
   * Default: for anybody in development, for nobody in production.
   */
  readonly metrics?: boolean | MetricsOptions
  /**
   * Lets other programs publish by `POST` on a stream's URL, with `Authorization: Bearer <token>` and
   * `{ "event": …, "props": … }`. At least 16 characters. Default: nobody can.
   */
  readonly publishToken?: string | undefined
}

/** One app in this process, for whoever starts and ends it. */
export interface RunningApp {
  /** What `rivulet()` has answered. */
  readonly app: object
  /** Resolves when the folders have been walked; rejects with what is wrong in them. */
  readonly ready: Promise<void>
  /** What is bound, once ready. */
  readonly routes: () => readonly RouteRow[]
  /** The stylesheets that its pages link, once ready. */
  readonly styles: () => readonly string[]
  /** Ends every stream; requests under way go on, and may still publish. */
  endStreams(): void
  /** Takes no new connections, and ends the others one after the other, as `drain` says. */
  drain(): Promise<void>
  /** Whether other processes hear what this one publishes, once ready. */
  readonly isShared: () => boolean
  /** Ends every stream and, if it is the app's own, the broker. */
  close(): Promise<void>
}

const apps = new Set<RunningApp>()

/** The apps that `rivulet()` has made in this process and nobody has closed. */
export function runningApps(): readonly RunningApp[] {
  return [...apps]
}

/** What `rivulet()` makes: an Elysia app, with `html()` of @elysiajs/html in every handler's context. */
export type RivuletApp = ReturnType<typeof createElysia>

/**
 * The app: pages, streams and assets of the convention folders, as an Elysia instance.
 *
 * It is a plugin as well: `new Elysia().use(rivulet())`, at the root of its host's URLs. The folders
 * are walked in the background; `await app.modules` waits for that, and rejects with what is wrong in
 * them. Where nobody waits, the process ends with that error.
 *
 * @example
 * ```ts
 * export default rivulet().get('/api/time', () => ({ now: Date.now() }))
 * ```
 */
export function rivulet(options: RivuletOptions = {}): RivuletApp {
  const host = currentHost()
  const { heartbeat = 15_000, retry = host ? 300 : 3_000, stallTimeout = 60_000 } = options
  const { maxAge = 60 * 60_000, drain = 5_000 } = options
  const times = readTimes({ heartbeat, retry, stallTimeout, maxAge, drain })
  const root = resolve(options.root ?? process.cwd())
  const logs = openLogs(options.broker, host)
  const development = options.development ?? process.env['NODE_ENV'] !== 'production'
  const { metrics = development } = options
  checkMetrics(metrics)
  checkToken('publishToken', options.publishToken)
  const { htmx = 4, share = false } = options
  checkHtmx(htmx)
  const limits = readLimits(options.limits ?? {})
  const hub = new Hub({ ...times, limits })
  const visit = createVisit({
    trustedProxy: options.trustedProxy,
    limitsPrivate: options.limits?.perAddress !== undefined,
    user: options.limits?.user,
    idleTimeout: idleTimeoutOf(times),
  })
  const placed: PlacedStream[] = []
  let isDraining = false
  let rows: readonly RouteRow[] = []
  let styles: readonly string[] = []
  let unmatched: Unmatched | undefined

  async function load(): Promise<AnyElysia> {
    // Streams first: a page that is imported may publish at once.
    const opened = await logs.open()
    const { broker } = opened
    const streams = await loadStreams(root, opened)
    placed.push(...streams)
    const pages = await loadPages(root)
    const assets = await loadAssets(root, host, { htmx, share, heartbeat, topics: limits.topics })
    refusePrefix(app)
    styles = assets.styles
    const settings = { assets, headers: pageHeaders(options), development }
    unmatched = createUnmatched(pages, streams, settings)
    const registry = createMetrics({ streams, hub, broker })
    const isClosed = (): boolean => hub.isClosed
    const ours = operations({ broker, isClosed, registry, metrics })
    rows = routeTable({ pages, streams }, Object.keys(ours))
    return bindRoutes({
      pages,
      streams,
      hub,
      settings,
      topics: limits.topics,
      visit,
      operations: ours,
      publishToken: options.publishToken,
      asset: (request) => assetResponse(assets, request),
    })
  }

  // Set up at once and not by the walk: an app that uses this one takes over its hooks only now.
  const app = createElysia()
    .onError({ as: 'global' }, (failure) => unmatched?.(failure))
    .onStop(() => running.close())
    .onStart(({ server }) => {
      // Also of an app around this one: its stop waits for requests under way, and a stream never ends.
      if (server === null) return
      const stop = server.stop.bind(server)
      server.stop = (closeActiveConnections) => {
        running.endStreams()
        return stop(closeActiveConnections)
      }
    })
  const routes = load()
  const running: RunningApp = {
    app,
    ready: routes.then(() => undefined),
    routes: () => rows,
    styles: () => styles,
    isShared: () => logs.isShared,
    endStreams(): void {
      if (!isDraining) hub.close()
    },
    drain(): Promise<void> {
      isDraining = true
      return hub.drain(drain)
    },
    async close(): Promise<void> {
      apps.delete(running)
      hub.close()
      await Promise.all(placed.map(({ release }) => release()))
      await logs.close()
    },
  }
  apps.add(running)
  // Elysia prints what a plugin is rejected with, once for each app around it, and goes on without
  // it. `ready` says it once: to whoever waits for it, or else to the process.
  app.use(
    routes.catch(async () => {
      await running.close()
      return new Elysia()
    }),
  )
  const { modules, stop } = app
  Object.defineProperty(app, 'modules', { get: () => running.ready.then(() => modules) })
  // Elysia calls onStop when all requests have ended, and a stream would never.
  app.stop = (closeActiveConnections) => {
    running.endStreams()
    return stop(closeActiveConnections)
  }
  return app
}

let count = 0

/** Elysia takes hooks once per name and seed; an app around this one uses it twice, now and loaded. */
function createElysia() {
  return new Elysia({ name: 'rivulet', seed: ++count }).use(html({ autoDetect: false }))
}

function pageHeaders({ csp }: RivuletOptions): Headers {
  const headers = new Headers({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
  const policy = csp ?? "script-src 'self'; object-src 'none'; base-uri 'self'"
  if (policy !== false) headers.set('content-security-policy', policy)
  return headers
}
