/** What a value of the attribute means, apart from its text. */
export type AttributeKind =
  'text' | 'class' | 'style' | 'link' | 'enumerated' | 'translate' | 'markup' | 'none'

/** An attribute's name, checked once, with the markup that stands before its value. */
export interface AttributeName {
  readonly kind: AttributeKind
  /** ` title` */
  readonly bare: string
  /** ` title="` */
  readonly open: string
}

const known = new Map<string, AttributeName>()

/**
 * Checks the name of an attribute: names come from object keys, so a spread of foreign data could
 * smuggle in markup (`{'x onload=…': 1}`). Throws a `TypeError` that names the element.
 */
export function attributeName(tag: string, name: string): AttributeName {
  return known.get(name) ?? checkedName(tag, name)
}

function checkedName(tag: string, name: string): AttributeName {
  if (!/^[A-Za-z_:@][\w:.@-]*$/.test(name) || name === 'attrs') {
    throw new TypeError(`<${tag}> was given an attribute that cannot be one.

Expected: a name of letters, digits, "-", "_", ":", "." and "@"${name === 'attrs' ? '; to pass attributes on, spread them: {...attrs()}' : ''}
Got: ${JSON.stringify(name.slice(0, 80))}`)
  }
  const written = name === 'className' ? 'class' : name
  const attribute = { kind: kindOf(name), bare: ` ${written}`, open: ` ${written}="` }
  // Bounded, as names can come from outside: what does not fit is checked each time.
  if (known.size < 1000) known.set(name, attribute)
  return attribute
}

/** HTML compares names without case, so `HREF` and `formAction` are links too. */
function kindOf(name: string): AttributeKind {
  if (name === 'children' || name === 'safe') return 'none'
  if (name === 'className') return 'class'
  const lower = name.toLowerCase()
  if (lower === 'class' || lower === 'style' || lower === 'translate') return lower
  if (lower === 'srcdoc') return 'markup'
  if (LINKS.has(lower)) return 'link'
  return ENUMERATED.test(lower) ? 'enumerated' : 'text'
}

const LINKS = new Set(['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster'])

/** Attributes for which `false` is a value of its own, not an absence (WAI-ARIA, HTML standard). */
const ENUMERATED =
  /^((aria|data|hx|sse)-.*|contenteditable|draggable|spellcheck|writingsuggestions)$/
