import { styleText } from '../html/style.ts'
import type { GlobalAttributes } from './global-attributes.ts'

type Attributes = Readonly<Record<string, unknown>>

/**
 * A component's own attributes and those its caller passed: the caller's value wins, except that
 * `class` and `style` merge, own first.
 */
export function mergeAttributes(
  own: GlobalAttributes,
  passed: Attributes | undefined,
): GlobalAttributes {
  if (passed === undefined) return own
  const { className: ownClassName, ...rest } = own as Attributes
  const { className, ...given } = passed
  const merged: Record<string, unknown> = { ...rest, ...given }
  const classes = [rest['class'], ownClassName, given['class'], className].filter(Boolean)
  if (classes.length > 0) merged['class'] = classes
  if (isPresent(own.style) && isPresent(given['style']))
    merged['style'] = declarations(own.style) + declarations(given['style'])
  return merged
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function declarations(style: unknown): string {
  const text = styleText(style).trim()
  return text === '' || text.endsWith(';') ? text : `${text};`
}
