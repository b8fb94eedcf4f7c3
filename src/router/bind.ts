import type { AnyElysia } from 'elysia'
import { Elysia } from 'elysia'
import { withRenderContext } from '../component/render-context.ts'
import { errorResponse } from '../page/error-response.ts'
import { HttpError } from '../page/http-error.ts'
import { actionResponse, pageResponse } from '../page/respond.ts'
import type { PageSettings } from '../page/settings.ts'
import { streamResponse } from '../stream/endpoint.ts'
import type { Hub } from '../stream/hub.ts'
import { manyResponse } from '../stream/many-endpoint.ts'
import { publishResponse } from '../stream/publish-endpoint.ts'
import type { Visit } from '../stream/visit.ts'
import { refuseStranger } from './bearer.ts'
import { createFindStream } from './find-stream.ts'
import type { Pages, PlacedPage } from './load-pages.ts'
import type { PlacedStream } from './load-streams.ts'
import { readParams } from './read-params.ts'

/** Everything that is bound to URLs. */
export interface Bindings {
  readonly pages: Pages
  readonly streams: readonly PlacedStream[]
  readonly hub: Hub
  readonly settings: PageSettings
  /** Topics that one connection may have. */
  readonly topics: number
  readonly visit: (request: Request, server: AddressSource | null) => Visit
  /** What other programs have to know to publish; `undefined` lets nobody. */
  readonly publishToken: string | undefined
  /** Answers what runs the process: `/healthz`, `/readyz`, `/metrics`. */
  readonly operations: Readonly<Record<string, (request: Request) => Answer>>
  /** Answers a URL below `/assets/`. */
  readonly asset: (request: Request) => Promise<Response | undefined>
}

/** What a handler takes of Elysia's context. */
interface Matched {
  readonly request: Request
  readonly params: Readonly<Record<string, string>> | undefined
}

/** Says where a request came from: Elysia's server. */
interface AddressSource {
  requestIP(request: Request): { readonly address: string } | null
}

type Answer = Response | Promise<Response>

/**
 * Binds pages, actions, streams and assets to Elysia: the only file that knows its route API.
 *
 * The handlers take no more of Elysia's context than they need: Elysia reads their source to see
 * what it has to parse (Elysia 1.4, "Sucrose"), and a form's body is ours to bound and read.
 */
export function bindRoutes(bindings: Bindings): AnyElysia {
  const { pages, streams, hub, settings, asset, visit, operations, publishToken } = bindings
  const app = new Elysia()
  for (const [path, answer] of Object.entries(operations))
    app.get(path, ({ request }) => answer(request))
  app.get(
    '/assets/*',
    async ({ request }) => (await asset(request)) ?? new Response('Not found', { status: 404 }),
  )
  const find = createFindStream(streams)
  const many = guarded(settings, (visiting) =>
    manyResponse(visiting, { hub, find, topics: bindings.topics, statusOf }),
  )
  app.get('/sse', ({ request, server }) => many(() => visit(request, server), request, undefined))
  for (const { path, definition } of streams) {
    const answer = guarded(settings, (visiting, params) =>
      streamResponse(definition, hub, visiting, readParams(path, params, visiting.request.url)),
    )
    app.get(`/sse${path.pattern}`, ({ request, params, server }) =>
      answer(() => visit(request, server), request, params),
    )
    if (publishToken === undefined) continue
    const publish = guarded(settings, async ({ request }, params) => {
      const refused = refuseStranger(request, publishToken)
      return refused ?? publishResponse(definition, request, readParams(path, params, request.url))
    })
    const unseen = { address: undefined, user: undefined }
    app.post(
      `/sse${path.pattern}`,
      ({ request, params }) => publish(() => ({ request, ...unseen }), request, params),
      {
        parse: 'none',
      },
    )
  }
  for (const route of pages.routes) {
    const { pattern } = route.path
    const page = pageHandler(route, settings, (request, params) =>
      pageResponse(route, settings, request, params),
    )
    app.get(pattern, ({ request, params }) => page({ request, params }))
    const submit = pageHandler(route, settings, (request, params) =>
      actionResponse(route, settings, request, params),
    )
    for (const method of methodsOf(route))
      app.route(method, pattern, ({ request, params }) => submit({ request, params }), {
        parse: 'none',
      })
  }
  return app
}

/** A form comes by POST, whatever the action (`src/page/action-url.ts`). */
function methodsOf({ actions }: PlacedPage): Set<string> {
  const methods = Object.keys(actions)
  return new Set(methods.length > 0 ? ['POST', ...methods] : [])
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

/** The status that a topic is denied with, on a connection that has others, when its stream throws. */
function statusOf(error: unknown, topic: string): number {
  if (error instanceof HttpError) return error.status
  console.error(`GET /sse: ${topic} cannot be answered.\n`, error)
  return 500
}

/** Runs a stream's endpoint with the context of its request; what goes wrong is an answer, too. */
function guarded(
  { assets, development }: PageSettings,
  answer: (visit: Visit, params: Matched['params']) => Promise<Response>,
): (visit: () => Visit, request: Request, params: Matched['params']) => Promise<Response> {
  return async (visit, request, params) => {
    try {
      const context = { request, url: new URL(request.url), assets, forms: { actions: {} } }
      const response = await withRenderContext(context, () => answer(visit(), params))
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
export function routeTable(
  { pages, streams }: Pick<Bindings, 'pages' | 'streams'>,
  operations: readonly string[],
): RouteRow[] {
  const rows: RouteRow[] = []
  for (const { path, file, actions } of pages.routes) {
    for (const method of ['GET', ...Object.keys(actions)])
      rows.push({ method, url: path.pattern, file })
  }
  for (const { path, file } of streams)
    rows.push({ method: 'GET', url: `/sse${path.pattern}`, file })
  rows.push(
    { method: 'GET', url: '/assets/*', file: 'components/' },
    { method: 'GET', url: '/sse', file: 'streams/' },
    ...operations.map((url) => ({ method: 'GET', url, file: 'rivulet' })),
  )
  return rows.toSorted(
    (one, other) => one.url.localeCompare(other.url) || one.method.localeCompare(other.method),
  )
}
