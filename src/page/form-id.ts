import { type Action, placeOf } from './action.ts'

/** The id of an action's first form, where none is given: `form-chat-room`, `form-item-delete`. */
export function formId(action: Action): string {
  const { pattern, method } = placeOf(action)
  const name = `${pattern}${method === 'POST' ? '' : ` ${method.toLowerCase()}`}`
  return `form${name.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`
}
