import { attributesToString, styleToString } from '@kitajs/html'
import { escapeHtml } from './escape.ts'

/** A class name, or names chosen by condition: `['card', { active }, size && 'card-' + size]`. */
export type ClassValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly ClassValue[]
  | { readonly [name: string]: unknown }

/**
 * The attributes of an element as markup, with a leading space, or an empty string.
 *
 * kita's serializer writes them; this function comes first, because it escapes only `"`, checks no
 * name, prints the source of functions and takes `attrs="…"` as it stands (@kitajs/html 4.2.13).
 */
export function attributesMarkup(tag: string, props: Readonly<Record<string, unknown>>): string {
  let checked: Record<string, unknown> | undefined
  for (const name of Object.keys(props)) {
    if (name === 'children' || name === 'safe' || (name === 'of' && tag === 'tag')) continue
    const value = props[name]
    if (value === undefined || value === null) continue
    checkName(tag, name)
    checked ??= {}
    checked[name] = attributeValue(tag, name, value)
  }
  return checked === undefined ? '' : attributesToString(checked)
}

/** Class names joined by a space; falsy ones and those of falsy object values fall out. */
export function classNames(value: ClassValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  const names = isList(value)
    ? value.map(classNames)
    : Object.keys(value).filter((name) => value[name])
  return names.filter(Boolean).join(' ')
}

function isList(value: object): value is readonly ClassValue[] {
  return Array.isArray(value)
}

function attributeValue(tag: string, name: string, value: unknown): unknown {
  if (name === 'class' || name === 'className')
    return escapeHtml(classNames(value as ClassValue)) || null
  if (name === 'style') return styleValue(value)
  switch (typeof value) {
    case 'string':
      return escapeHtml(LINKS.has(name) && isScriptUrl(value) ? 'about:blank#blocked' : value)
    case 'boolean':
      if (name === 'translate') return value ? 'yes' : 'no'
      return isEnumerated(name) ? String(value) : value
    case 'number':
    case 'bigint':
      return value
    case 'object':
      if (value instanceof Date) return value
      if (value instanceof URL) return attributeValue(tag, name, value.href)
  }
  throw new TypeError(invalidValue(tag, name, value))
}

function styleValue(value: unknown): unknown {
  if (typeof value === 'string') return escapeHtml(value)
  // styleToString escapes a `"` as `&#34;`, and is given none: what remains is `&`, `<` and `>`.
  const escaped: Record<string, unknown> = {}
  for (const [property, part] of Object.entries(value as object)) {
    escaped[property] = typeof part === 'string' ? escapeHtml(part) : part
  }
  return styleToString(escaped)
}

/** Attributes for which `false` is a value of its own, not an absence (WAI-ARIA, HTML standard). */
function isEnumerated(name: string): boolean {
  return (
    name.startsWith('aria-') ||
    name.startsWith('data-') ||
    name.startsWith('hx-') ||
    name === 'contenteditable' ||
    name === 'draggable' ||
    name === 'spellcheck'
  )
}

const LINKS = new Set(['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster'])

/** `javascript:` as browsers read it: leading controls and spaces, and tabs or newlines inside, are ignored (URL standard). */
function isScriptUrl(value: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u0020]*j[\t\r\n]*a[\t\r\n]*v[\t\r\n]*a[\t\r\n]*s[\t\r\n]*c[\t\r\n]*r[\t\r\n]*i[\t\r\n]*p[\t\r\n]*t[\t\r\n]*:/i.test(
    value,
  )
}

const knownNames = new Set<string>()

/** Names come from object keys, so a spread of foreign data could smuggle in markup: `{'x onload=…': 1}`. */
function checkName(tag: string, name: string): void {
  if (knownNames.has(name)) return
  if (!/^[A-Za-z_:@][\w:.@-]*$/.test(name) || name === 'attrs') {
    throw new TypeError(`<${tag}> was given an attribute that cannot be one.

Expected: a name of letters, digits, "-", "_", ":", "." and "@"${name === 'attrs' ? '; to pass attributes on, spread them: {...attrs()}' : ''}
Got: ${JSON.stringify(name.slice(0, 80))}`)
  }
  if (knownNames.size < 1000) knownNames.add(name)
}

function invalidValue(tag: string, name: string, value: unknown): string {
  const got = typeof value === 'function' ? 'a function' : Object.prototype.toString.call(value)
  const hint =
    typeof value === 'function'
      ? '\nA server-rendered page has no handlers: use hx-on:… or a custom element.'
      : ''
  return `<${tag} ${name}> was given a value that is no attribute.

Expected: a string, number, bigint, boolean, Date or URL
Got: ${got}${hint}`
}
