import type { z } from 'zod'

/**
 * What a visitor is told of a field that was left empty, where the schema has no words of its own
 * (zod asks a schema's own message first). `undefined` leaves it to zod.
 */
export function fieldMessage(issue: z.core.$ZodRawIssue): string | undefined {
  const isEmpty =
    (issue.code === 'invalid_type' && issue.input === undefined) ||
    (issue.code === 'too_small' && issue.origin === 'string' && issue.input === '')
  return isEmpty ? 'Please fill this in.' : undefined
}
