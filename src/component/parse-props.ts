import { z } from 'zod'
import type { Child } from '../html/child.ts'
import { isGlobalAttribute } from './global-attributes.ts'
import { nearest } from './nearest.ts'

type Props = Readonly<Record<string, unknown>>

/** The props of one call, sorted: declared and validated, the default slot, and what passes through. */
export interface ParsedProps {
  /** Made by zod for this call, so it may be added to. */
  readonly values: Record<string, unknown>
  readonly children: Child
  /** Most calls pass nothing through, and then nothing has to be merged. */
  readonly passed: Props | undefined
}

/**
 * Sorts and validates the props of a component; `source` is the file that an error names. Only declared
 * names reach `schema`, so it need not be strict (which takes zod 4.6 twice as long).
 */
export function parseProps(schema: z.ZodObject, source: string, props: Props): ParsedProps {
  const { shape } = schema
  const declared: Record<string, unknown> = {}
  let passed: Record<string, unknown> | undefined
  for (const name of Object.keys(props)) {
    if (Object.hasOwn(shape, name)) declared[name] = props[name]
    else if (isGlobalAttribute(name)) {
      // `id={maybe}` without a value is no id: it must not take away the component's own.
      if (props[name] !== undefined) (passed ??= {})[name] = props[name]
    } else if (name !== 'children') throw new TypeError(unknownProp(schema, source, name))
  }
  const values = validate(schema, source, declared)
  const children = Object.hasOwn(shape, 'children') ? values['children'] : props['children']
  return { values, children: children as Child, passed }
}

/** Every problem that zod found, one a line: `tone: Invalid option: expected one of …`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('\n')
}

function validate(schema: z.ZodObject, source: string, declared: Props): Record<string, unknown> {
  let result
  try {
    result = schema.safeParse(declared)
  } catch (cause) {
    if (!(cause instanceof z.core.$ZodAsyncError)) throw cause
    throw new TypeError(asyncProps(source), { cause })
  }
  if (result.success) return result.data
  throw new TypeError(invalidProps(source, result.error), { cause: result.error })
}

function invalidProps(source: string, error: z.ZodError): string {
  return `The component of ${source} was given props that it does not accept.\n\n${describeIssues(error)}`
}

function asyncProps(source: string): string {
  return `The component of ${source} has a prop that is checked asynchronously.

Expected: schemas without async refinements and transforms; await in the view instead
Got: a schema that answers with a promise`
}

function unknownProp(schema: z.ZodObject, source: string, name: string): string {
  const known = Object.keys(schema.shape)
  const lower = name.toLowerCase()
  const meant =
    nearest(name, [...known, 'children']) ?? (isGlobalAttribute(lower) ? lower : undefined)
  return `The component of ${source} has no prop "${name}"${meant ? `; did you mean "${meant}"?` : '.'}

Expected: ${known.join(', ') || 'no props'}, or a global attribute (class, id, aria-*, data-*, hx-*, …)
Got: ${name}`
}
