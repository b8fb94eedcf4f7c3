import { attributesMarkup } from './attributes.ts'
import { type Child, childMarkup } from './child.ts'
import { Html } from './html.ts'

/** The value of a JSX expression: a promise only where a component or a child in it is async. */
export type Element = Html | Promise<Html>

/** Renders one JSX element; the compiler calls it (`jsx: react-jsx`), nobody else needs to. */
export function jsx(
  type: string | ((props: never) => Child),
  props: Readonly<Record<string, unknown>>,
): Element {
  if (typeof type === 'function') return toElement(type(props as never))
  const tag = type === 'tag' ? String(props['of']) : type
  checkTag(tag)
  const open = `<${tag}${attributesMarkup(type, props)}`
  const children = props['children'] as Child
  if (VOID.has(tag)) {
    if (children !== undefined && children !== null) {
      throw new TypeError(`<${tag}> is a void element.\n\nExpected: no children\nGot: some`)
    }
    return new Html(`${open}>`, true)
  }
  if (children === undefined) return new Html(`${open}></${tag}>`, true)
  if (tag === 'script' || tag === 'style') checkRawText(tag, children)
  const content = childMarkup(children)
  return typeof content === 'string'
    ? close(tag, open, content)
    : content.then((markup) => close(tag, open, markup))
}

/** Renders `<>…</>`: the children, with nothing around them. */
export function Fragment({ children }: { readonly children?: Child }): Element {
  const markup = childMarkup(children)
  return typeof markup === 'string'
    ? new Html(markup)
    : markup.then((resolved) => new Html(resolved))
}

/** Makes an element of anything that may be a child: what a component or a view returned. */
export function toElement(child: Child): Element {
  if (child instanceof Html) return child
  if (child instanceof Promise) return child.then(toElement)
  return Fragment({ children: child })
}

function close(tag: string, open: string, content: string): Html {
  // A parser drops the first line feed of these two, so a text that starts with one gets another.
  const first = content.startsWith('\n') && (tag === 'pre' || tag === 'textarea') ? '\n' : ''
  return new Html(`${open}>${first}${content}</${tag}>`, true)
}

/** In these two a character reference is no escape: text is refused when escaping would change it. */
function checkRawText(tag: string, children: Child): void {
  const list: readonly Child[] = Array.isArray(children) ? children : [children as Child]
  for (const child of list) {
    if (typeof child === 'string' && /[<>&"'\r]/.test(child)) {
      throw new TypeError(`<${tag}> cannot hold this text: it is not parsed as HTML, so escaping would change it.

Expected: a file of its own, or {raw(code)} with code that you trust
Got: ${JSON.stringify(child.slice(0, 60))}`)
    }
  }
}

const knownTags = new Set<string>()

function checkTag(tag: string): void {
  if (knownTags.has(tag)) return
  if (!/^[A-Za-z][\w.:-]*$/.test(tag)) {
    throw new TypeError(`An element has a name that cannot be one.

Expected: a letter, then letters, digits, "-", "_", ":" or "."
Got: ${JSON.stringify(tag.slice(0, 80))}`)
  }
  if (knownTags.size < 1000) knownTags.add(tag)
}

const VOID = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
)
