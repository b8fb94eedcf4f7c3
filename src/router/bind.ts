import type { AnyElysia } from 'elysia'
import { Elysia } from 'elysia'
import { withRenderContext } from '../component/render-context.ts'
import { errorResponse } from '../page/error-response.ts'
import { HttpError } from '../page/http-error.ts'
import { actionResponse, pageResponse } from '../page/respond.ts'
import type { PageSettings } from '../page/settings.ts'
import { streamResponse } from '../stream/endpoint.ts'
import type { Hub } from '../stream/hub.ts'
import type { Pages, PlacedPage } from './load-pages.ts'
import type { PlacedStream } from './load-streams.ts'
import { readParams } from './read-params.ts'

/** Everything that is bound to URLs. */
export interface Bindings {
  readonly pages: Pages
  readonly streams: readonly PlacedStream[]
  readonly hub: Hub
  readonly settings: PageSettings
  /** Answers a URL below `/assets/`. */
  readonly asset: (path: string) => Response | undefined
}

/** What a handler takes of Elysia's context. */
interface Matched {
  readonly request: Request
  readonly params: Readonly<Record<string, string>> | undefined
}

type Answer = Response | Promise<Response>

/**
 * Binds pages, actions, streams and assets to Elysia: the only file that knows its route API.
 *
 * The handlers take no more of Elysia's context than they need: Elysia reads their source to see
 * what it has to parse (Elysia 1.4, "Sucrose"), and a form's body is ours to bound and read.
 */
export function bindRoutes({ pages, streams, hub, settings, asset }: Bindings): AnyElysia {
  const app = new Elysia()
  app.get('/healthz', () => new Response('ok'))
  app.get(
    '/assets/*',
    ({ request }) =>
      asset(new URL(request.url).pathname) ?? new Response('Not found', { status: 404 }),
  )
  for (const stream of streams) {
    const answer = streamHandler(stream, hub, settings)
    app.get(`/sse${stream.path.pattern}`, ({ request, params }) => answer({ request, params }))
  }
  for (const route of pages.routes) {
    const { pattern } = route.path
    const page = pageHandler(route, settings, (request, params) =>
      pageResponse(route, settings, request, params),
    )
    app.get(pattern, ({ request, params }) => page({ request, params }))
    for (const [method, action] of Object.entries(route.actions)) {
      const submit = pageHandler(route, settings, (request, params) =>
        actionResponse(route, action, settings, request, params),
      )
      app.route(method, pattern, ({ request, params }) => submit({ request, params }), {
        parse: 'none',
      })
    }
  }
  return app
}

function pageHandler(
  route: PlacedPage,
  settings: PageSettings,
  answer: (request: Request, params: Readonly<Record<string, string>>) => Answer,
): (matched: Matched) => Answer {
  return ({ request, params }) => {
    let read: Readonly<Record<string, string>>
    try {
      read = readParams(route.path, params, request.url)
    } catch (error) {
      return errorResponse(route, settings, request, error)
    }
    return answer(request, read)
  }
}

function streamHandler(
  { path, definition }: PlacedStream,
  hub: Hub,
  { assets, development }: PageSettings,
): (matched: Matched) => Promise<Response> {
  return async ({ request, params }) => {
    try {
      const read = readParams(path, params, request.url)
      const context = { request, url: new URL(request.url), assets }
      const response = await withRenderContext(context, () =>
        streamResponse(definition, hub, request, read),
      )
      return request.method === 'HEAD' ? await withoutBody(response) : response
    } catch (error) {
      if (error instanceof HttpError) return new Response(error.message, { status: error.status })
      console.error(`${request.method} ${new URL(request.url).pathname} failed.\n`, error)
      return new Response(development ? String(error) : 'Something went wrong.', { status: 500 })
    }
  }
}

/**
 * What HEAD answers; the body is given up, so that nobody stays connected. Elysia 1.4.30 answers HEAD
 * by the handler of GET, also beside a route for HEAD, and reads the body to its end to count it.
 */
async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel()
  return new Response(null, { status: response.status, headers: response.headers })
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
