import { styleToString } from '@kitajs/html'
import type { ClassValue } from '../html/attributes.ts'
import type { GlobalAttributes } from './global-attributes.ts'

type Attributes = Readonly<Record<string, unknown>>

/**
 * A component's own attributes and those its caller passed: the caller's value wins, except that
 * `class` and `style` merge, own first.
 */
export function mergeAttributes(own: GlobalAttributes, passed: Attributes): GlobalAttributes {
  const merged: Record<string, unknown> = { ...own, ...passed }
  const classes = [own.class, passed['class'] ?? passed['className']].filter(Boolean)
  delete merged['className']
  if (classes.length > 0) merged['class'] = classes as ClassValue
  if (own.style !== undefined && passed['style'] !== undefined) {
    merged['style'] = [own.style, passed['style']].map(declarations).join('')
  }
  return merged
}

function declarations(style: unknown): string {
  // Escaped once, when the element is rendered: so the `&#34;` that kita writes is taken back.
  const text =
    typeof style === 'object' && style !== null
      ? styleToString(style).replaceAll('&#34;', '"')
      : String(style).trim()
  return text === '' || text.endsWith(';') ? text : `${text};`
}
