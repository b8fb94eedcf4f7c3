import { z } from 'zod'
import type { Child } from '../html/child.ts'

/** Declares a named slot: a prop that takes what an element may hold. Absent is `undefined`. */
export function slot(): z.ZodOptional<z.ZodCustom<Child, Child>> {
  return z.custom<Child>().optional()
}
