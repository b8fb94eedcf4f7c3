import { escapeHtml } from './escape.ts'
import { Html } from './html.ts'

/** What may stand between two tags. Strings are escaped; `null`, `undefined` and booleans are nothing. */
export type Child =
  Html | string | number | bigint | boolean | null | undefined | Promise<Child> | readonly Child[]

/** The markup of a child; a promise only where something in it is one. */
export function childMarkup(child: Child): string | Promise<string> {
  if (typeof child === 'string') return escapeHtml(child)
  if (child instanceof Html) return child.markup
  if (child === null || child === undefined || typeof child === 'boolean') return ''
  if (typeof child === 'number' || typeof child === 'bigint') return String(child)
  if (isList(child)) return listMarkup(child)
  if (child instanceof Promise) return child.then(childMarkup)
  throw new TypeError(invalidChild(child))
}

function isList(child: Promise<Child> | readonly Child[]): child is readonly Child[] {
  return Array.isArray(child)
}

function listMarkup(children: readonly Child[]): string | Promise<string> {
  let markup = ''
  for (let index = 0; index < children.length; index++) {
    const next = childMarkup(children[index])
    if (typeof next !== 'string') return restMarkup(markup, next, children.slice(index + 1))
    markup += next
  }
  return markup
}

/** All the rest at once, not one by one: when two reject, neither rejection is left unhandled. */
async function restMarkup(
  before: string,
  pending: Promise<string>,
  rest: readonly Child[],
): Promise<string> {
  const parts = await Promise.all([pending, ...rest.map(childMarkup)])
  return before + parts.join('')
}

function invalidChild(child: unknown): string {
  const got =
    typeof child === 'function'
      ? `a function${child.name ? ` named ${child.name}` : ''}`
      : typeof child === 'object' && child !== null
        ? `an object with the keys ${Object.keys(child).slice(0, 5).join(', ') || '(none)'}`
        : `a ${typeof child}`
  return `This cannot be a child of an element.

Expected: an element, a string, a number, a boolean, null, undefined, or an array or promise of these
Got: ${got}`
}
