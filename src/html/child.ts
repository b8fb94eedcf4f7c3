import { describeValue } from './describe-value.ts'
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
  if (isList(child)) return joinMarkup(child, childMarkup)
  if (child instanceof Promise) return child.then(childMarkup)
  throw new TypeError(invalidChild(child))
}

/** Joins the markup of children in their order; the first one that is async makes the whole async. */
export function joinMarkup(
  children: readonly Child[],
  markupOf: (child: Child) => string | Promise<string>,
): string | Promise<string> {
  let markup = ''
  try {
    for (let index = 0; index < children.length; index++) {
      const next = markupOf(children[index])
      if (typeof next !== 'string')
        return restMarkup(markup, next, children.slice(index + 1), markupOf)
      markup += next
    }
    return markup
  } catch (error) {
    adopt(children)
    throw error
  }
}

/**
 * All the rest at once, not one by one: when two reject, neither rejection is left unhandled. That is
 * also why `markupOf` is wrapped: were it to throw, those before it would be left alone.
 */
async function restMarkup(
  before: string,
  pending: Promise<string>,
  rest: readonly Child[],
  markupOf: (child: Child) => string | Promise<string>,
): Promise<string> {
  const parts = await Promise.all([pending, ...rest.map(async (child) => markupOf(child))])
  return before + parts.join('')
}

/**
 * Marks the promises among children as looked after: whoever renders them still sees a rejection, but
 * one whose parent threw or left it out is no unhandled rejection, which would end the process.
 */
export function adopt(child: unknown): void {
  if (child instanceof Promise) child.catch(() => undefined)
  else if (Array.isArray(child)) for (const one of child) adopt(one)
}

function isList(child: Promise<Child> | readonly Child[]): child is readonly Child[] {
  return Array.isArray(child)
}

function invalidChild(child: unknown): string {
  const hint =
    typeof child === 'function' && /^[A-Z]/.test(child.name)
      ? `\nIs it a component? Write <${child.name} />.`
      : ''
  return `This cannot be a child of an element.

Expected: an element, a string, a number, a boolean, null, undefined, or an array or promise of these
Got: ${describeValue(child)}${hint}`
}
