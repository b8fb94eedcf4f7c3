import { isToken } from '../sse/event.ts'
import { sseResponse } from '../sse/response.ts'
import { deniedBlock, END, END_ID, topicBlock } from './blocks.ts'
import { joinBytes } from './chunk.ts'
import { placeOf, type StreamDefinition } from './definition.ts'
import { askFor } from './endpoint.ts'
import type { Hub, Wanted } from './hub.ts'
import { refusal } from './permission.ts'
import type { Visit } from './visit.ts'

/** A stream that a topic belongs to, with the params that the topic names. */
export interface FoundStream {
  readonly definition: StreamDefinition
  readonly params: Readonly<Record<string, string>>
}

/** What the endpoint needs of the app. */
export interface ManyOptions {
  readonly hub: Hub
  /** The stream of a topic, or `undefined`. */
  readonly find: (topic: string) => FoundStream | undefined
  /** Topics that one connection may have. */
  readonly topics: number
  /** Says by which status a topic is denied whose stream threw while it was asked, and logs that. */
  readonly statusOf: (error: unknown, topic: string) => number
}

/** The longest query, in characters. */
const LONGEST_QUERY = 16_384

/** A topic that a client asked for; the cursor is as `Last-Event-ID` would be. */
interface Asked {
  readonly topic: string
  readonly after: string | null | undefined
}

/**
 * Answers `GET /sse?on=rooms/lobby@cursor&on=clock`: the events of several topics on one connection,
 * each behind a block that names its topic.
 *
 * A topic that the visitor may not have gets an event `denied` and leaves the others alone. When
 * there is nothing to listen to, the answer is 403, 404 where no topic is any stream's, or 204 where all
 * has already ended.
 */
export async function manyResponse(visit: Visit, options: ManyOptions): Promise<Response> {
  const { request } = visit
  const { hub } = options
  const asked = readTopics(request, options.topics)
  if (asked instanceof Response) return asked
  const live = asked.filter(({ after }) => after !== END_ID)
  if (live.length === 0) return new Response(null, { status: 204 })
  const found = live.map(({ topic }) => options.find(topic))
  const streams = found.flatMap((one) => (one === undefined ? [] : [placeOf(one.definition)]))
  const admitted = hub.admit({ ...visit, streams })
  if (admitted instanceof ReadableStream) return sseResponse(admitted)
  const { full, keep, release } = admitted
  try {
    const answers = await Promise.all(
      live.map((one, index) => askForOne(one, found[index], { request, full }, options)),
    )
    const wanted = answers.flatMap((answer) => ('status' in answer ? [] : [answer]))
    const denied = answers.flatMap((answer) => ('status' in answer ? [answer] : []))
    const blocks = denied.map(({ topic, status }) =>
      joinBytes([topicBlock(topic), deniedBlock(status)]),
    )
    if (wanted.length === 0) {
      release()
      const failed = denied.filter(({ status }) => mayPass(status))
      const unknown = denied.filter(({ status }) => status === 404)
      // What has failed may be well again soon; a refusal would be for good.
      if (failed.length === denied.length) return sseResponse(hub.comeBack())
      if (unknown.length === denied.length) return refusal(404, 'There is no stream of this name.')
      if (failed.length + unknown.length === 0)
        return refusal(403, 'You may not listen to any of this.')
      // One status would be wrong for some: what is no stream may be a URL of the app's own.
      return sseResponse(new Blob(blocks as BlobPart[]))
    }
    keep(new Set(wanted.map(({ definition }) => placeOf(definition).pattern)))
    const ended = asked.filter(({ after }) => after === END_ID)
    const refused = [...blocks, ...ended.map(({ topic }) => joinBytes([topicBlock(topic), END]))]
    const { signal } = request
    return sseResponse(await hub.connect({ wanted, refused, signal, release }))
  } catch (error) {
    release()
    throw error
  }
}

/** Whether a status says that it may be another one soon. */
function mayPass(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
}

/** A topic that the visitor may not have. */
interface Denied {
  readonly topic: string
  readonly status: number
}

/** What a visitor may have of a topic, or that it is denied: the others go on in any case. */
async function askForOne(
  { topic, after }: Asked,
  stream: FoundStream | undefined,
  { request, full }: { readonly request: Request; readonly full: ReadonlySet<string> },
  { statusOf }: ManyOptions,
): Promise<Wanted | Denied> {
  if (stream === undefined) return { topic, status: 404 }
  // One stream without room must not keep the others from their client.
  if (full.has(placeOf(stream.definition).pattern)) return { topic, status: 503 }
  try {
    const answer = await askFor(stream.definition, request, stream.params, after)
    return answer instanceof Response
      ? { topic, status: answer.status }
      : { ...answer, alias: topic }
  } catch (error) {
    return { topic, status: statusOf(error, topic) }
  }
}

/** Each topic once; the last cursor that is given for it counts. */
function readTopics(request: Request, most: number): readonly Asked[] | Response {
  const { search, searchParams } = new URL(request.url)
  if (search.length - 1 > LONGEST_QUERY)
    return refusal(400, `Expected: a query of at most ${LONGEST_QUERY} characters`)
  const asked = new Map<string, Asked>()
  for (const on of searchParams.getAll('on')) {
    const at = on.lastIndexOf('@')
    const topic = at < 0 ? on : on.slice(0, at)
    // A name with an @ of its own comes with another one behind it.
    const cursor = at < 0 ? undefined : on.slice(at + 1) || undefined
    const after = cursor === undefined || isToken(cursor) ? cursor : null
    if (topic === '' || topic.length > LONGEST_TOPIC)
      return refusal(400, 'Expected: topics as in the URLs of their streams')
    asked.set(topic, { topic, after })
  }
  if (asked.size > 0 && asked.size <= most) return [...asked.values()]
  return refusal(400, `Expected: ?on=topic@cursor, once for each of 1 to ${most} topics`)
}

/** What `topicName` makes is no longer than this. */
const LONGEST_TOPIC = 512
