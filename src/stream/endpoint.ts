import { lastEventId } from '../sse/last-event-id.ts'
import { sseResponse } from '../sse/response.ts'
import { type Params, placeOf, type StreamDefinition } from './definition.ts'
import { firstPaint } from './first-paint.ts'
import type { Hub } from './hub.ts'
import { parseParams } from './publish.ts'
import { PublishError } from './message.ts'
import { END_ID } from './topic.ts'
import { topicName } from './topic-name.ts'

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
  request: Request,
  rawParams: Readonly<Record<string, string>>,
): Promise<Response> {
  let params: Params
  try {
    params = parseParams(definition, rawParams)
    topicName(placeOf(definition).pattern, params)
  } catch (error) {
    if (error instanceof PublishError) return refusal(400, error.message)
    throw error
  }
  const allowed = (await definition.authorize?.({ params, request })) ?? true
  if (allowed !== true) return allowed || refusal(403, 'You may not listen to this.')
  if (wantsHtml(request)) {
    return new Response((await firstPaint(definition, params)).markup, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        vary: 'accept',
      },
    })
  }
  const after = lastEventId(request)
  if (after === END_ID) return new Response(null, { status: 204 })
  return sseResponse(await hub.connect(definition, params, after, request.signal))
}

function refusal(status: number, message: string): Response {
  return new Response(message, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

/** htmx asks for a part anew with `HX-Request`, a person by a browser's `Accept`. */
function wantsHtml(request: Request): boolean {
  const accept = request.headers.get('accept') ?? ''
  if (accept.includes('text/event-stream')) return false
  return accept.includes('text/html') || request.headers.get('hx-request') === 'true'
}
