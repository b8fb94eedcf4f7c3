import { attributesMarkup } from './attributes.ts'
import { adopt, type Child, childMarkup } from './child.ts'
import { escapeHtml } from './escape.ts'
import { Html } from './html.ts'
import { rawText } from './raw-text.ts'
import { type Tag, tagOf } from './tag.ts'

/** The value of a JSX expression: a promise only where a component or a child in it is async. */
export type Element = Html | Promise<Html>

type Props = Readonly<Record<string, unknown>>
type ComponentFunction = (props: never) => Child

/** Renders one JSX element; the compiler calls it (`jsx: react-jsx`), nobody else needs to. */
export function jsx(type: string | ComponentFunction, props: Props): Element {
  try {
    const element = typeof type === 'function' ? ofComponent(type, props) : ofTag(type, props)
    if (element instanceof Promise) adopt(element)
    return element
  } catch (error) {
    adopt(props['children'])
    throw error
  }
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

function ofComponent(component: ComponentFunction, props: Props): Element {
  const element = toElement(component(props as never))
  // The component may have left them out.
  adopt(props['children'])
  return element
}

/** `<tag of="h2">` is an element whose name is computed. */
function ofTag(type: unknown, props: Props): Element {
  if (type !== 'tag') return intrinsic(tagOf(type), props)
  const { of, ...rest } = props
  return intrinsic(tagOf(of), rest)
}

function intrinsic(tag: Tag, props: Props): Element {
  const children = props['children'] as Child
  const open = tag.open + attributesMarkup(tag.name, props)
  // Most elements hold one text or one element: a sixth of the time of a page of cards.
  if (tag.kind === 'normal') {
    if (typeof children === 'string')
      return new Html(`${open}>${escapeHtml(children)}${tag.close}`, true)
    if (children instanceof Html) return new Html(`${open}>${children.markup}${tag.close}`, true)
  }
  if (tag.kind === 'void') return withoutContent(tag, open, children)
  const content = tag.kind === 'raw' ? rawText(tag.name, children) : childMarkup(children)
  return typeof content === 'string'
    ? close(tag, open, content)
    : content.then((markup) => close(tag, open, markup))
}

function close({ kind, close: end }: Tag, open: string, content: string): Html {
  // A parser drops the first line feed of such an element, so a text that starts with one gets another.
  const start = kind === 'pre' && content.startsWith('\n') ? '>\n' : '>'
  return new Html(open + start + content + end, true)
}

function withoutContent({ name }: Tag, open: string, children: Child): Html {
  if (children === undefined || children === null) return new Html(`${open}>`, true)
  throw new TypeError(`<${name}> is a void element.\n\nExpected: no children\nGot: some`)
}
