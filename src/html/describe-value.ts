import { Html, RawHtml } from './html.ts'

/** Says in a few words what a value is, for the `Got:` of an error: `a function named Card`. */
export function describeValue(value: unknown): string {
  if (typeof value === 'function') return `a function${value.name ? ` named ${value.name}` : ''}`
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (value === undefined || value === null) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Html) return value instanceof RawHtml ? 'markup of raw()' : 'an element'
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null)
    return `an object with the keys ${Object.keys(value).slice(0, 5).join(', ') || '(none)'}`
  return `an instance of ${value.constructor.name || 'a class'}`
}
