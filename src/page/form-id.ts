import type { Action } from './action.ts'

/** The id of an action's first form, where none is given: `form-chat-room`, `form-item-delete`. */
export function formId({ place, source }: Action): string {
  const { pattern, method } = place ?? { pattern: source, method: 'POST' }
  const name = `${pattern}${method === 'POST' ? '' : ` ${method.toLowerCase()}`}`
  return `form${name.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`
}
