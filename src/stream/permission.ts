import type { Params, StreamDefinition } from './definition.ts'

/** That somebody may listen; `until` is in milliseconds since 1970. */
export interface Permitted {
  readonly until: number | undefined
}

/** Asks a stream's `authorize`; a refusal is the response that says so. */
export async function askPermission(
  definition: StreamDefinition,
  params: Params,
  request: Request,
): Promise<Permitted | Response> {
  if (definition.authorize === undefined) return { until: undefined }
  // Whatever the types say: what a program forgot to answer must not let anybody in.
  const answer: unknown = await definition.authorize({ params, request })
  if (answer === true) return { until: undefined }
  if (answer instanceof Response) return answer
  if (answer === false) return refusal(403, 'You may not listen to this.')
  const until = timeOf(answer)
  if (until === undefined) {
    throw new TypeError(`authorize of ${definition.place?.file ?? definition.source} did not say who may listen.

Expected: true, false, a Response, or { until: a Date, or milliseconds since 1970 }
Got: ${describe(answer)}`)
  }
  return until > Date.now() ? { until } : refusal(403, 'The permission to listen has run out.')
}

/** The time in `{ until }`; `undefined` without a valid one. */
function timeOf(answer: unknown): number | undefined {
  if (typeof answer !== 'object' || answer === null || !('until' in answer)) return undefined
  const { until } = answer
  const time = until instanceof Date ? until.getTime() : until
  return typeof time === 'number' && !Number.isNaN(time) ? time : undefined
}

/** No more than its kind: it may be somebody's session. */
function describe(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return String(answer).slice(0, 80)
  return 'until' in answer
    ? `{ until: ${String(answer.until).slice(0, 80)} }`
    : 'an object without until'
}

/** A refusal in plain text: any status but 200 makes an EventSource stop for good (HTML standard, 9.2.3). */
export function refusal(status: number, message: string): Response {
  return new Response(message, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
