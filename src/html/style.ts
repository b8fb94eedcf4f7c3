import { describeValue } from './describe-value.ts'

/**
 * A style as CSS text, not yet escaped. Numbers get no unit; `undefined`, `null` and `false` fall out.
 *
 * Values are not checked as CSS: foreign text among them may add declarations, though nothing else.
 * kita's serializer is not used, because it prints names as they stand, markup included, and lowercases
 * those of custom properties, which are case-sensitive (@kitajs/html 4.2.13).
 */
export function styleText(style: unknown): string {
  if (typeof style === 'string') return style
  if (style === false) return ''
  if (typeof style !== 'object' || style === null || Array.isArray(style))
    throw new TypeError(invalidStyle(describeValue(style)))
  let text = ''
  for (const [name, value] of Object.entries(style)) {
    if (value === undefined || value === null || value === false) continue
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new TypeError(invalidStyle(`${describeValue(value)} as ${name}`))
    text += `${propertyNames.get(name) ?? propertyName(name)}:${value};`
  }
  return text
}

const propertyNames = new Map<string, string>()

/** As CSS writes it: `backgroundColor` is `background-color`, `--Custom` stays as it is. */
function propertyName(name: string): string {
  if (!/^(--[\w-]+|-?[A-Za-z][A-Za-z-]*)$/.test(name))
    throw new TypeError(invalidStyle(`a property named ${describeValue(name)}`))
  const property = name.startsWith('--')
    ? name
    : name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^ms-/, '-ms-')
  if (propertyNames.size < 1000) propertyNames.set(name, property)
  return property
}

function invalidStyle(got: string): string {
  return `A style was given something that is none.

Expected: CSS as text, or an object of properties, each a string or a number: { color: 'red' }
Got: ${got}`
}
