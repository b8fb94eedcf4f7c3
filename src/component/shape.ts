import type { z } from 'zod'

/** Props by name, each a zod schema: what `def`, `page`, `action` and `stream` are declared by. */
export type Shape = z.ZodRawShape

/** What a caller may write for a shape. zod's own type of an empty one forbids every key there is. */
export type Input<S extends Shape> = keyof S extends never ? {} : z.input<z.ZodObject<S>>

/** What zod makes of it: defaults filled in, coerced, transformed. */
export type Output<S extends Shape> = keyof S extends never ? {} : z.output<z.ZodObject<S>>
