import { z } from 'zod'

/** What a form or a query holds for each declared field, before zod. */
export type FieldValues = Readonly<Record<string, unknown>>

/**
 * Reads the declared fields of a form or a query: the first value, or all of them for an array.
 *
 * HTML has no way to say "nothing" or "no": a control that was left blank is sent as an empty text or
 * as a file without a name, a checkbox that is not checked not at all. Here a blank field is absent
 * where it may be or would become a number, and a boolean of a form is what its checkbox says.
 */
export function fieldValues(source: FormData | URLSearchParams, schema: z.ZodObject): FieldValues {
  const given = new Map<string, unknown[]>()
  // One pass: `get` searches from the start each time, and a form may have 100,000 fields.
  for (const [name, value] of source as Iterable<[string, unknown]>) {
    if (!Object.hasOwn(schema.shape, name) || isNoFile(value)) continue
    const values = given.get(name)
    if (values === undefined) given.set(name, [value])
    else values.push(value)
  }
  const fields: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(schema.shape)) {
    const value = fieldValue(field, given.get(name), source instanceof FormData)
    if (value !== undefined) fields[name] = value
  }
  return fields
}

function fieldValue(
  field: unknown,
  given: readonly unknown[] | undefined,
  isForm: boolean,
): unknown {
  const inner = unwrapped(field)
  if (inner instanceof z.ZodArray) {
    const element = unwrapped(inner.element)
    // A blank control is none of them, unless it is a text.
    const values = given?.filter((value) => value !== '' || !isParsed(element))
    return values?.map((value) => read(element, value)) ?? (isOptional(field) ? undefined : [])
  }
  const [sent] = given ?? []
  if (inner instanceof z.ZodBoolean && isForm)
    return sent !== undefined && sent !== '' && sent !== 'false'
  const value = read(inner, sent)
  if (value !== '') return value
  if (isOptional(field)) return undefined
  if (field instanceof z.ZodNullable) return null
  // z.coerce would make an empty text 0, or 1970.
  return isParsed(inner) ? undefined : ''
}

function isParsed(schema: unknown): boolean {
  return [z.ZodNumber, z.ZodBigInt, z.ZodDate, z.ZodBoolean].some((kind) => schema instanceof kind)
}

/**
 * All comes as a text, also what is a number or a date to the schema. What is neither stays for zod to
 * refuse, and for the form to show again.
 */
function read(schema: unknown, value: unknown): unknown {
  if (typeof value !== 'string' || value.trim() === '') return value
  if (schema instanceof z.ZodNumber && Number.isFinite(Number(value))) return Number(value)
  if (schema instanceof z.ZodBigInt && /^-?\d+$/.test(value)) return BigInt(value)
  if (schema instanceof z.ZodDate && isDate(value)) return new Date(value)
  // In a query, where a box that is not checked may be left out.
  if (schema instanceof z.ZodBoolean) return BOOLEANS.get(value) ?? value
  return value
}

const BOOLEANS = new Map([
  ['on', true],
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** The 31st of February would be a day in March. */
function isDate(value: string): boolean {
  const time = Date.parse(value)
  if (Number.isNaN(time)) return false
  return !/^\d{4}-\d\d-\d\d$/.test(value) || new Date(time).toISOString().startsWith(value)
}

/** What a browser sends for a file control in which nothing was chosen. */
function isNoFile(value: unknown): boolean {
  // Bun 1.4.5 gives it no name at all, where the standard has an empty one.
  return value instanceof File && !value.name && value.size === 0
}

type Optional = z.ZodOptional | z.ZodDefault | z.ZodPrefault

function isOptional(schema: unknown): schema is Optional {
  return (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
}

/** What is sent to a schema, in whatever it is wrapped. */
function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in)
  if (isOptional(schema) || schema instanceof z.ZodNullable) return unwrapped(schema.unwrap())
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodCatch)
    return unwrapped(schema.unwrap())
  return schema
}
