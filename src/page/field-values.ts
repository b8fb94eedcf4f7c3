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
  return eachField(source, schema, fieldValue)
}

/** The same fields of a form as they were typed. */
export function typedValues(source: FormData, schema: z.ZodObject): FieldValues {
  return eachField(source, schema, ({ inner }, given) => {
    if (inner instanceof z.ZodArray) return given
    return inner instanceof z.ZodBoolean ? isChecked(given) : given?.[0]
  })
}

type Given = readonly unknown[] | undefined

function eachField(
  source: FormData | URLSearchParams,
  schema: z.ZodObject,
  valueOf: (kind: Kind, given: Given, isForm: boolean) => unknown,
): FieldValues {
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
    const value = valueOf(kindOf(field), given.get(name), source instanceof FormData)
    if (value !== undefined) fields[name] = value
  }
  return fields
}

function fieldValue(
  { inner, isOptional, isNullable }: Kind,
  given: Given,
  isForm: boolean,
): unknown {
  if (inner instanceof z.ZodArray) {
    const element = kindOf(inner.element).inner
    // A blank control is none of them, unless it is a text.
    const values = given?.filter((value) => !isBlank(value, element))
    return values?.map((value) => parsed(element, value)) ?? (isOptional ? undefined : [])
  }
  if (inner instanceof z.ZodBoolean && isForm) return isChecked(given)
  const [value] = given ?? []
  if (value !== '' && !isBlank(value, inner)) return parsed(inner, value)
  if (isOptional) return undefined
  if (isNullable) return null
  // z.coerce would make an empty text 0, or 1970.
  return isParsed(inner) ? undefined : ''
}

function isChecked(given: Given): boolean {
  const [value] = given ?? []
  return value !== undefined && value !== '' && value !== 'false'
}

function isBlank(value: unknown, schema: unknown): boolean {
  return isParsed(schema) && typeof value === 'string' && value.trim() === ''
}

/** Whether what is sent as a text is something else to the schema. */
function isParsed(schema: unknown): boolean {
  return [z.ZodNumber, z.ZodBigInt, z.ZodDate, z.ZodBoolean].some((kind) => schema instanceof kind)
}

/** What cannot be parsed stays as it is, for zod to refuse. */
function parsed(schema: unknown, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (schema instanceof z.ZodNumber && DECIMAL.test(value)) return Number(value)
  if (schema instanceof z.ZodBigInt && /^-?\d+$/.test(value)) return BigInt(value)
  if (schema instanceof z.ZodDate && isDate(value)) return new Date(value)
  // In a query, where a box that is not checked may be left out.
  if (schema instanceof z.ZodBoolean) return BOOLEANS.get(value) ?? value
  return value
}

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

const BOOLEANS = new Map([
  ['on', true],
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** What `date`, `month` and `datetime-local` send, also with seconds or a time zone (ISO 8601). */
const DATE = /^(\d{4})-(\d\d)(?:-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?$/

/** The 31st of February would be a day in March. */
function isDate(value: string): boolean {
  const [, year, month, day = 1] = DATE.exec(value) ?? []
  if (year === undefined || Number.isNaN(Date.parse(value))) return false
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
}

/** What a browser sends for a file control in which nothing was chosen. */
function isNoFile(value: unknown): boolean {
  // Bun 1.4.5 gives it no name at all, where the standard has an empty one.
  return value instanceof File && !value.name && value.size === 0
}

/** What is sent to a schema, in whatever that is wrapped. */
interface Kind {
  readonly inner: unknown
  readonly isOptional: boolean
  readonly isNullable: boolean
}

function kindOf(schema: unknown): Kind {
  if (schema instanceof z.ZodPipe) return kindOf(schema.in)
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodCatch)
    return kindOf(schema.unwrap())
  if (schema instanceof z.ZodNullable) return { ...kindOf(schema.unwrap()), isNullable: true }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return { ...kindOf(schema.unwrap()), isOptional: true }
  return { inner: schema, isOptional: false, isNullable: false }
}
