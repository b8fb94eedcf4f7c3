import { finishForms, renderContext } from '../component/render-context.ts'
import { lastEventId } from '../sse/last-event-id.ts'
import { sseResponse } from '../sse/response.ts'
import { END_ID } from './blocks.ts'
import { type Params, placeOf, type StreamDefinition } from './definition.ts'
import { firstPaint } from './first-paint.ts'
import type { Hub, Wanted } from './hub.ts'
import { PublishError } from './message.ts'
import { askPermission, refusal } from './permission.ts'
import { parseParams } from './publish.ts'
import { topicOf } from './topic-name.ts'
import { variantOf } from './variant-of.ts'
import type { Visit } from './visit.ts'

/**
 * Answers `GET` on a stream's URL: its events, or its first paint when HTML is asked for.
 *
 * 400 for params that the stream does not accept, 403 (or `authorize`'s own response) for a
 * visitor who may not listen, 204 for a client that has already been told of the end: each makes
 * an EventSource stop for good (HTML standard, 9.2.3).
 */
export async function streamResponse(
  definition: StreamDefinition,
  hub: Hub,
  visit: Visit,
  rawParams: Readonly<Record<string, string>>,
): Promise<Response> {
  const { request } = visit
  if (wantsHtml(request)) return paintResponse(definition, request, rawParams)
  const after = lastEventId(request)
  const admitted = hub.admit({ ...visit, streams: [placeOf(definition)] })
  if (admitted instanceof ReadableStream) return sseResponse(admitted)
  const { release } = admitted
  try {
    const wanted = await askFor(definition, request, rawParams, after)
    if (wanted instanceof Response || after === END_ID) {
      release()
      return wanted instanceof Response ? wanted : new Response(null, { status: 204 })
    }
    const { signal } = request
    return sseResponse(await hub.connect({ wanted: [wanted], refused: [], signal, release }))
  } catch (error) {
    release()
    throw error
  }
}

/** What a visitor may have of a stream, or the response that says why not. */
export async function askFor(
  definition: StreamDefinition,
  request: Request,
  rawParams: Readonly<Record<string, string>>,
  after: string | null | undefined,
): Promise<Wanted | Response> {
  const params = readParams(definition, rawParams)
  if (params instanceof Response) return params
  const permitted = await askPermission(definition, params, request)
  if (permitted instanceof Response) return permitted
  const variant = variantOf(definition, params, request)
  return { definition, params, variant, after, until: permitted.until }
}

async function paintResponse(
  definition: StreamDefinition,
  request: Request,
  rawParams: Readonly<Record<string, string>>,
): Promise<Response> {
  const wanted = await askFor(definition, request, rawParams, undefined)
  if (wanted instanceof Response) return wanted
  const { markup } = await firstPaint(definition, wanted.params, wanted.variant)
  return new Response(finishForms(renderContext()?.forms, markup), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      vary: 'accept',
    },
  })
}

function readParams(
  definition: StreamDefinition,
  rawParams: Readonly<Record<string, string>>,
): Params | Response {
  try {
    const params = parseParams(definition, rawParams)
    topicOf(definition, params)
    return params
  } catch (error) {
    if (error instanceof PublishError) return refusal(400, error.message)
    throw error
  }
}

/** htmx asks for a part anew with `HX-Request`, a person by a browser's `Accept`. */
function wantsHtml(request: Request): boolean {
  const accept = request.headers.get('accept') ?? ''
  if (accept.includes('text/event-stream')) return false
  return accept.includes('text/html') || request.headers.get('hx-request') === 'true'
}
