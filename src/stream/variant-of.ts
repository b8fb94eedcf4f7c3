import type { Params, StreamDefinition } from './definition.ts'

/** The longest variant, in characters. */
const LONGEST = 64

/** What a stream's `vary` answers for a visitor; '' without one. Throws when that is no short string. */
export function variantOf(definition: StreamDefinition, params: Params, request: Request): string {
  const variant: unknown = definition.vary?.({ params, request }) ?? ''
  if (typeof variant === 'string' && variant.length <= LONGEST) return variant
  throw new TypeError(`vary of ${definition.place?.file ?? definition.source} answered what cannot tell renderings apart.

Expected: a string of at most ${LONGEST} characters, like a locale or a role
Got: ${typeof variant === 'string' ? `${variant.length} characters` : typeof variant}`)
}
