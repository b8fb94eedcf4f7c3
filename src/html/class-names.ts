import { describeValue } from './describe-value.ts'

/** A class name, or names chosen by condition: `['card', { active }, size && 'card-' + size]`. */
export type ClassValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly ClassValue[]
  | { readonly [name: string]: unknown }

/** Class names joined by a space; falsy ones and those of falsy object values fall out. */
export function classNames(value: ClassValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  const names = isList(value) ? value.map(classNames) : chosen(value)
  return names.filter(Boolean).join(' ')
}

function isList(value: object): value is readonly ClassValue[] {
  return Array.isArray(value)
}

/** Only plain objects choose: an element or a promise, given by mistake, would leave its keys as names. */
function chosen(value: { readonly [name: string]: unknown }): string[] {
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (prototype === Object.prototype || prototype === null)
    return Object.keys(value).filter((name) => value[name])
  throw new TypeError(`A class was given a value that names none.

Expected: a string, a list of class values, or an object of conditions: { active: isActive }
Got: ${describeValue(value)}`)
}
