import type { AnyElysia } from 'elysia'
import { Elysia } from 'elysia'
import { actionResponse, errorResponse, pageResponse, type PageSettings } from '../page/respond.ts'
import { HttpError, notFound } from '../page/http-error.ts'
import { streamResponse } from '../stream/endpoint.ts'
import type { Hub } from '../stream/hub.ts'
import { withRenderContext } from '../component/render-context.ts'
import type { Pages } from './load-pages.ts'
import type { PlacedStream } from './load-streams.ts'
import { namedParams } from './route-path.ts'

/** Everything that is bound to URLs. */
export interface Bindings {
  readonly pages: Pages
  readonly streams: readonly PlacedStream[]
  readonly hub: Hub
  readonly settings: PageSettings
  /** Answers a URL below `/assets/`. */
  readonly asset: (path: string) => Response | undefined
}

/**
 * Binds pages, actions, streams and assets to Elysia: the only file that knows its route API.
 *
 * The handlers take no more of Elysia's context than they need: Elysia reads their source to see
 * what it has to parse (Elysia 1.4, "Sucrose"), and a form's body is ours to bound and read.
 */
export function bindRoutes(bindings: Bindings): AnyElysia {
  const { pages, streams, hub, settings, asset } = bindings
  const app = new Elysia({ name: 'rivulet-routes', seed: hub })
  app.get('/healthz', () => new Response('ok'))
  app.get(
    '/assets/*',
    ({ request }) =>
      asset(new URL(request.url).pathname) ?? new Response('Not found', { status: 404 }),
  )

  for (const { file: _, path, definition } of streams) {
    app.get(`/sse${path.pattern}`, ({ request, params }) =>
      withRenderContext({ request, url: new URL(request.url), assets: settings.assets }, () =>
        streamResponse(definition, hub, request, namedParams(path, params)),
      ),
    )
  }
  for (const route of pages.routes) {
    const { path, actions } = route
    app.get(path.pattern, ({ request, params }) =>
      pageResponse(route, settings, request, namedParams(path, params)),
    )
    for (const [method, action] of Object.entries(actions)) {
      app.route(
        method,
        path.pattern,
        ({ request, params }) =>
          actionResponse(route, action, settings, request, namedParams(path, params)),
        { parse: 'none' },
      )
    }
  }
  app.onError({ as: 'global' }, ({ code, error, request }) => {
    if (!(request.headers.get('accept') ?? '').includes('text/html')) return
    if (code === 'NOT_FOUND') return errorResponse(pages.outside, settings, request, notFound())
    if (error instanceof HttpError) return errorResponse(pages.outside, settings, request, error)
  })
  return app
}

/** One row of `rivulet routes`. */
export interface RouteRow {
  readonly method: string
  readonly url: string
  readonly file: string
}

/** What is bound, in the order of the URLs. */
export function routeTable({ pages, streams }: Pick<Bindings, 'pages' | 'streams'>): RouteRow[] {
  const rows: RouteRow[] = []
  for (const { path, file, actions } of pages.routes) {
    for (const method of ['GET', ...Object.keys(actions)])
      rows.push({ method, url: path.pattern, file })
  }
  for (const { path, file } of streams)
    rows.push({ method: 'GET', url: `/sse${path.pattern}`, file })
  rows.push(
    { method: 'GET', url: '/assets/*', file: 'components/' },
    { method: 'GET', url: '/healthz', file: 'rivulet' },
  )
  return rows.toSorted(
    (one, other) => one.url.localeCompare(other.url) || one.method.localeCompare(other.method),
  )
}
