import { placeOf, type StreamDefinition } from './definition.ts'
import { LARGEST_MESSAGE, PublishError } from './message.ts'
import { refusal } from './permission.ts'
import { parseParams, publish } from './publish.ts'

/** A character of text has at most three bytes of UTF-8 for each of its UTF-16 units. */
const LARGEST_BODY = 3 * LARGEST_MESSAGE

/**
 * Answers `POST` on a stream's URL, for programs that are no browsers: publishes the event of the
 * body, JSON with `event` and `props`. Who may do so has been checked before.
 *
 * 200 with `{ "cursor": … }` once the broker has it, 400 for what the stream does not take, 413 for a
 * body that is too large, 503 when the broker is away.
 */
export async function publishResponse(
  definition: StreamDefinition,
  request: Request,
  rawParams: Readonly<Record<string, string>>,
): Promise<Response> {
  const body = await readBody(request)
  if (body instanceof Response) return body
  try {
    const params = parseParams(definition, rawParams)
    return Response.json({ cursor: await publish(definition, params, body) })
  } catch (error) {
    if (error instanceof PublishError) return refusal(400, error.message)
    console.error(`${placeOf(definition).file}: an event could not be published.\n`, error)
    return refusal(503, 'The event could not be published; try again later.')
  }
}

/** What can be an event, or the refusal of what cannot. */
async function readBody(
  request: Request,
): Promise<{ readonly event: string; readonly props: unknown } | Response> {
  const size = Number(request.headers.get('content-length') ?? 0)
  const text = size > LARGEST_BODY ? undefined : await readText(request)
  if (text === undefined || text.length > LARGEST_MESSAGE)
    return refusal(413, `Expected: at most ${LARGEST_MESSAGE} characters of JSON`)
  const body = parseJson(text)
  if (typeof body === 'object' && body !== null && 'event' in body) {
    const { event, props = {} } = body as { readonly event: unknown; readonly props?: unknown }
    if (typeof event === 'string') return { event, props }
  }
  return refusal(
    400,
    `This is no event.\n\nExpected: {"event": "name", "props": {}}, as JSON\nGot: ${text.slice(0, 80)}`,
  )
}

/** `undefined` for what is too large: without a content-length, only reading tells. */
async function readText({ body }: Request): Promise<string | undefined> {
  const decoder = new TextDecoder()
  // Not by `for await`: to TypeScript 5.9, which an app may have, a ReadableStream is not iterable.
  const reader = body?.getReader()
  let text = ''
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    text += decoder.decode(part.value, { stream: true })
    if (text.length <= LARGEST_MESSAGE) continue
    await reader?.cancel()
    return undefined
  }
  return text + decoder.decode()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
