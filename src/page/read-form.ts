import type { z } from 'zod'
import { type FieldValues, fieldValues, typedValues } from './field-values.ts'
import { HttpError } from './http-error.ts'

/** The hidden field by which one of several forms of an action says which it is. */
export const FORM_FIELD = 'rivulet-form'
/** The hidden field by which a form says that what comes after it is a whole page. */
export const WHOLE_FIELD = 'rivulet-whole'

/** What was sent. */
export interface SentForm {
  /** By declared field. */
  readonly values: FieldValues
  /** The same as it was typed, to be shown again. */
  readonly typed: () => FieldValues
  /** The id of the form, where it is not the only one. */
  readonly form: string | undefined
  /** Whether htmx is to load a whole page after a success. */
  readonly isWhole: boolean
}

/**
 * Reads an urlencoded or multipart body of at most `most` bytes.
 *
 * Throws 413 for a larger one (also when it does not say so: it is counted as it comes in), 415
 * for another type, 400 for one that cannot be parsed.
 */
export async function readForm(
  request: Request,
  schema: z.ZodObject,
  most: number,
): Promise<SentForm> {
  const type = request.headers.get('content-type') ?? ''
  if (type === '' && request.body === null) return sent(withoutBody(request), schema)
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    throw new HttpError(
      415,
      `A form is expected: urlencoded or multipart. Got: ${type.slice(0, 80) || 'no content type'}`,
    )
  }
  const length = request.headers.get('content-length')
  if (Number(length) > most) throw tooLarge(most)
  // The server holds a client to the length that it gave; without one the bytes are counted.
  const body = length !== null && /^\d+$/.test(length) ? request : bounded(request, most)
  let form: FormData
  try {
    form = await body.formData()
  } catch (error) {
    throw error instanceof HttpError
      ? error
      : new HttpError(400, 'This form cannot be read.', { cause: error })
  }
  return sent(form, schema)
}

function sent(form: FormData, schema: z.ZodObject): SentForm {
  const id = form.get(FORM_FIELD)
  return {
    values: fieldValues(form, schema),
    typed: () => typedValues(form, schema),
    form: typeof id === 'string' ? id : undefined,
    isWhole: form.has(WHOLE_FIELD),
  }
}

/** A DELETE has no body, and htmx 2 sends its fields in the query; another method has no fields then. */
function withoutBody({ method, url }: Request): FormData {
  const form = new FormData()
  if (method !== 'DELETE') return form
  for (const [name, value] of new URL(url).searchParams) form.append(name, value)
  return form
}

function tooLarge(most: number): HttpError {
  return new HttpError(413, `This form is too large. Expected: at most ${most} bytes`)
}

function bounded(request: Request, most: number): Response {
  let size = 0
  const counted = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength
        if (size > most) throw tooLarge(most)
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(counted, {
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
  })
}
