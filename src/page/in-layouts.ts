import type { Child } from '../html/child.ts'
import { type Element, toElement } from '../html/element.ts'
import type { Html } from '../html/html.ts'
import type { LayoutProps, Surroundings } from './route.ts'

/**
 * Puts content into its layouts, from the innermost out. What is a whole document already stays as
 * it is. A promise only where the content or a layout is one.
 */
export function inLayouts(
  { layouts }: Surroundings,
  content: Child,
  props: Omit<LayoutProps, 'children'>,
): Element {
  const wrap = (html: Html, remaining: number): Element => {
    const Layout = layouts[remaining - 1]
    if (Layout === undefined) return html
    const wrapped = toElement(Layout({ ...props, children: html }))
    return wrapped instanceof Promise
      ? wrapped.then((inner) => wrap(inner, remaining - 1))
      : wrap(wrapped, remaining - 1)
  }
  const start = (html: Html): Element => wrap(html, isDocument(html) ? 0 : layouts.length)
  const html = toElement(content)
  return html instanceof Promise ? html.then(start) : start(html)
}

function isDocument({ markup }: Html): boolean {
  return /^(<!doctype html>\s*)?<html[\s>]/i.test(markup)
}
