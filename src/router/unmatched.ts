import { errorResponse } from '../page/error-response.ts'
import { HttpError, notFound } from '../page/http-error.ts'
import type { Surroundings } from '../page/route.ts'
import type { PageSettings } from '../page/settings.ts'
import type { Pages } from './load-pages.ts'
import type { PlacedStream } from './load-streams.ts'
import type { RoutePath } from './route-path.ts'

/** What Elysia knows of a request that no handler has answered. */
export interface Failure {
  /** Elysia's own, such as `NOT_FOUND`. */
  readonly code: string | number
  readonly error: unknown
  readonly request: Request
}

/** Answers what no page did; `undefined` leaves it to Elysia, as plain text. */
export type Unmatched = (failure: Failure) => Promise<Response> | undefined

/**
 * Makes what answers an unknown URL (404), a method that a page has no action for (405), and what a
 * plugin's hook threw in front of a page: with the nearest error page to who takes HTML.
 */
export function createUnmatched(
  { routes, folders }: Pages,
  streams: readonly PlacedStream[],
  settings: PageSettings,
): Unmatched {
  const pages = routes.map((route) => ({ route, test: matcher(route.path, '/?$') }))
  const holders = folders.map(({ path, surroundings }) => ({
    surroundings,
    test: matcher(path, path.pattern === '/' ? '' : '(/|$)'),
  }))
  const bound = [
    ...pages.map(({ route, test }) => ({ test, methods: Object.keys(route.actions) })),
    ...streams.map(({ path }) => ({
      test: matcher({ ...path, pattern: `/sse${path.pattern}` }, '/?$'),
      methods: [],
    })),
  ]

  async function notAllowed(
    around: Surroundings,
    request: Request,
    methods: readonly string[],
  ): Promise<Response> {
    const allowed = ['GET', 'HEAD', ...methods].join(', ')
    const error = new HttpError(405, `${request.method} is not among what this address takes.`)
    const response = takesHtml(request)
      ? await errorResponse(around, settings, request, error)
      : new Response(error.message, { status: 405 })
    response.headers.set('allow', allowed)
    return response
  }

  return ({ code, error, request }) => {
    const { pathname } = new URL(request.url)
    const around = holders.find(({ test }) => test.test(pathname))?.surroundings ?? NOTHING
    if (code === 'NOT_FOUND') {
      const methods = bound.find(({ test }) => test.test(pathname))?.methods
      if (methods !== undefined && request.method !== 'GET' && request.method !== 'HEAD')
        return notAllowed(around, request, methods)
      return takesHtml(request) ? errorResponse(around, settings, request, notFound()) : undefined
    }
    if (!takesHtml(request)) return undefined
    const page = pages.find(({ test }) => test.test(pathname))?.route
    const isOurs = error instanceof HttpError || (page !== undefined && code === 'UNKNOWN')
    return isOurs ? errorResponse(page ?? around, settings, request, error) : undefined
  }
}

const NOTHING: Surroundings = { layouts: [], error: undefined, notFound: undefined }

function takesHtml(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html')
}

function matcher({ pattern }: RoutePath, end: string): RegExp {
  const segments = pattern.split('/').map((segment) => {
    if (segment === '*') return '.+'
    return segment.startsWith(':') ? '[^/]+' : RegExp.escape(segment)
  })
  return new RegExp(`^${segments.join('/')}${end}`)
}
