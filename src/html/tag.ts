import { describeValue } from './describe-value.ts'

/**
 * How the content of an element is written: `void` has none, `raw` is not parsed as HTML (so a character
 * reference is no escape there), `pre` loses a line feed at its start (HTML standard, 13.1.2).
 */
export type TagKind = 'normal' | 'void' | 'raw' | 'pre'

/** The name of an element, checked once. */
export interface Tag {
  readonly name: string
  readonly kind: TagKind
  /** `<p` */
  readonly open: string
  /** `</p>` */
  readonly close: string
}

const known = new Map<unknown, Tag>()

/** Checks the name of an element. Throws a `TypeError` when it would not be one in markup. */
export function tagOf(name: unknown): Tag {
  return known.get(name) ?? checkedTag(name)
}

function checkedTag(name: unknown): Tag {
  if (typeof name !== 'string' || !/^[A-Za-z][\w.:-]*$/.test(name))
    throw new TypeError(invalidTag(name))
  const kind = KINDS.get(name.toLowerCase()) ?? 'normal'
  const tag = { name, kind, open: `<${name}`, close: `</${name}>` }
  // Bounded, as names can come from outside: what does not fit is checked each time.
  if (known.size < 1000) known.set(name, tag)
  return tag
}

const KINDS = new Map<string, TagKind>([
  ...kinds('void', 'area base br col embed hr img input link meta param source track wbr'),
  ...kinds('raw', 'script style'),
  ...kinds('pre', 'pre textarea listing'),
])

function kinds(kind: TagKind, names: string): [string, TagKind][] {
  return names.split(' ').map((name) => [name, kind])
}

function invalidTag(name: unknown): string {
  const hint =
    typeof name === 'string'
      ? ''
      : '\nIs there a component of that name in the file it is imported from?'
  return `An element has a name that cannot be one.

Expected: a letter, then letters, digits, "-", "_", ":" or "."; or a component
Got: ${describeValue(name)}${hint}`
}
