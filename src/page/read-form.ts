import { z } from 'zod'
import { HttpError } from './http-error.ts'

/** The fields of a form, before zod. */
export type FormValues = Readonly<Record<string, unknown>>

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
): Promise<FormValues> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    throw new HttpError(
      415,
      `A form is expected: urlencoded or multipart. Got: ${type.slice(0, 80) || 'no content type'}`,
    )
  }
  const length = Number(request.headers.get('content-length') ?? NaN)
  if (length > most) throw tooLarge(most)
  const body = Number.isNaN(length) ? bounded(request, most) : request
  let form: FormData
  try {
    form = (await body.formData()) as FormData
  } catch (error) {
    throw error instanceof HttpError
      ? error
      : new HttpError(400, 'This form cannot be read.', { cause: error })
  }
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => [
      name,
      isList(schema.shape[name]) ? form.getAll(name) : form.get(name),
    ]),
  )
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

/** Whether a field is declared as an array, under any of zod's wrappers. */
function isList(schema: unknown): boolean {
  if (schema instanceof z.ZodArray || schema instanceof z.ZodSet) return true
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable
  )
    return isList(schema.unwrap())
  return false
}
