import type { z } from 'zod'
import type { Child } from '../html/child.ts'
import { isGlobalAttribute } from './global-attributes.ts'
import { nearest } from './nearest.ts'

/** The props of one call, sorted: declared and validated, the default slot, and what passes through. */
export interface ParsedProps {
  readonly values: Readonly<Record<string, unknown>>
  readonly children: Child
  readonly passed: Readonly<Record<string, unknown>>
}

/** Sorts and validates the props of a component; `source` is the file that an error names. */
export function parseProps(
  schema: z.ZodObject,
  source: string,
  props: Readonly<Record<string, unknown>>,
): ParsedProps {
  const declared: Record<string, unknown> = {}
  const passed: Record<string, unknown> = {}
  for (const name of Object.keys(props)) {
    if (Object.hasOwn(schema.shape, name)) declared[name] = props[name]
    else if (isGlobalAttribute(name)) passed[name] = props[name]
    else if (name !== 'children') throw new TypeError(unknownProp(schema, source, name))
  }
  const result = schema.safeParse(declared)
  if (!result.success)
    throw new TypeError(invalidProps(source, result.error), { cause: result.error })
  const children = Object.hasOwn(schema.shape, 'children') ? undefined : props['children']
  return { values: result.data, children: (result.data['children'] ?? children) as Child, passed }
}

/** Every problem that zod found, one a line: `tone: Invalid option: expected one of …`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('\n')
}

function invalidProps(source: string, error: z.ZodError): string {
  return `The component of ${source} was given props that it does not accept.\n\n${describeIssues(error)}`
}

function unknownProp(schema: z.ZodObject, source: string, name: string): string {
  const known = Object.keys(schema.shape)
  const meant = nearest(name, [...known, 'children'])
  return `The component of ${source} has no prop "${name}"${meant ? `; did you mean "${meant}"?` : '.'}

Expected: ${known.join(', ') || 'no props'}, or a global attribute (class, id, aria-*, data-*, hx-*, …)
Got: ${name}`
}
