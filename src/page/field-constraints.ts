import { z } from 'zod'

/** The attributes by which a browser checks a field before it is sent, as far as zod's schema says. */
export interface FieldConstraints {
  readonly type?: string
  readonly required?: boolean
  readonly minlength?: number
  readonly maxlength?: number
  readonly min?: number
  readonly max?: number
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
  if (schema instanceof z.ZodDefault)
    return { ...fieldConstraints(schema.unwrap()), required: false, value: schema.def.defaultValue }
  if (schema instanceof z.ZodEnum) return { required: true, options: schema.options.map(String) }
  if (schema instanceof z.ZodArray) return { ...fieldConstraints(schema.element), multiple: true }
  if (schema instanceof z.ZodFile) return { type: 'file', required: true }
  if (schema instanceof z.ZodNumber) return { type: 'number', required: true, ...range(schema) }
  if (schema instanceof z.ZodEmail) return { type: 'email', required: true, ...lengths(schema) }
  if (schema instanceof z.ZodURL) return { type: 'url', required: true, ...lengths(schema) }
  if (schema instanceof z.ZodString)
    return { required: (schema.minLength ?? 0) > 0, ...lengths(schema) }
  return {}
}

function lengths(schema: { minLength: number | null; maxLength: number | null }): FieldConstraints {
  return {
    ...(schema.minLength !== null && { minlength: schema.minLength }),
    ...(schema.maxLength !== null && { maxlength: schema.maxLength }),
  }
}

/** zod gives an unbounded integer the bounds of safe integers; a browser needs neither. */
function range({ minValue, maxValue }: z.ZodNumber): FieldConstraints {
  return {
    ...(minValue !== null && minValue > Number.MIN_SAFE_INTEGER && { min: minValue }),
    ...(maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER && { max: maxValue }),
  }
}
