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
  const answer = (await definition.authorize?.({ params, request })) ?? true
  if (answer === true) return { until: undefined }
  if (answer instanceof Response) return answer
  if (answer === false) return refusal(403, 'You may not listen to this.')
  const until = Number(answer.until)
  if (Number.isNaN(until)) {
    throw new TypeError(`authorize of ${definition.place?.file ?? definition.source} answered no time.

Expected: { until: a Date, or milliseconds since 1970 }
Got: ${String(answer.until)}`)
  }
  return until > Date.now() ? { until } : refusal(403, 'The permission to listen has run out.')
}

/** A refusal in plain text: any status but 200 makes an EventSource stop for good (HTML standard, 9.2.3). */
export function refusal(status: number, message: string): Response {
  return new Response(message, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
