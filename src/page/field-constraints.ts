import { z } from 'zod'

/** The attributes by which a browser checks a field before it is sent, as far as zod's schema says. */
export interface FieldConstraints {
  readonly type?: string
  readonly required?: boolean
  readonly minlength?: number
  readonly maxlength?: number
  readonly min?: number
  readonly max?: number
  /** `any` for numbers that need not be whole. */
  readonly step?: 'any'
  readonly multiple?: boolean
  /** The choices of an enum. */
  readonly options?: readonly string[]
  /** The schema's default. */
  readonly value?: unknown
}

/** Reads a field's constraints from its schema; what HTML cannot express stays with the server. */
export function fieldConstraints(schema: unknown): FieldConstraints {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return { ...fieldConstraints(schema.unwrap()), required: false }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return { ...fieldConstraints(schema.unwrap()), required: false, value: schema.def.defaultValue }
  if (schema instanceof z.ZodPipe) return fieldConstraints(schema.in)
  if (schema instanceof z.ZodReadonly) return fieldConstraints(schema.unwrap())
  // Whatever is sent is right.
  if (schema instanceof z.ZodCatch) return { ...fieldConstraints(schema.unwrap()), required: false }
  // How many there have to be, the server says: zod does not tell.
  if (schema instanceof z.ZodArray)
    return { ...fieldConstraints(schema.element), multiple: true, required: false }
  if (schema instanceof z.ZodEnum) return { required: true, options: schema.options.map(String) }
  if (schema instanceof z.ZodBoolean) return { type: 'checkbox' }
  if (schema instanceof z.ZodFile) return { type: 'file', required: true }
  if (schema instanceof z.ZodNumber) return { type: 'number', required: true, ...range(schema) }
  if (schema instanceof z.ZodDate) return { type: 'date', required: true }
  if (schema instanceof z.ZodStringFormat || schema instanceof z.ZodString) return text(schema)
  return {}
}

/** Formats of zod for which there is a kind of control. */
const TEXT_TYPES = new Map([
  ['email', 'email'],
  ['url', 'url'],
  ['e164', 'tel'],
  ['date', 'date'],
])

function text({
  format,
  minLength,
  maxLength,
}: Pick<z.ZodString, 'format' | 'minLength' | 'maxLength'>): FieldConstraints {
  const type = TEXT_TYPES.get(format ?? '')
  return {
    ...(type !== undefined && { type }),
    required: type !== undefined || (minLength ?? 0) > 0,
    ...(minLength !== null && { minlength: minLength }),
    ...(maxLength !== null && { maxlength: maxLength }),
  }
}

/** zod gives an unbounded integer the bounds of safe integers; a browser needs neither. */
function range({ minValue, maxValue, isInt }: z.ZodNumber): FieldConstraints {
  return {
    ...(minValue !== null && minValue > Number.MIN_SAFE_INTEGER && { min: minValue }),
    ...(maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER && { max: maxValue }),
    // Without it a browser refuses 1.5.
    ...(!isInt && { step: 'any' as const }),
  }
}
