import { type Action, placeOf } from './action.ts'
import { patternUrl } from './pattern-url.ts'

/** The query parameter that names an action other than POST: browsers send forms by GET and POST alone. */
export const ACTION_PARAM = '_method'

/**
 * Where a form of an action is sent by POST: to its page with these params. Throws for an action that
 * belongs to no page.
 */
export function actionUrl(
  action: Action,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const { pattern, method } = placeOf(action)
  return namingAction(patternUrl(pattern, params), method)
}

/** A page's URL by which it takes a form for one of its actions. */
export function namingAction(url: string, method: string): string {
  if (method === 'POST') return url
  return `${url}${url.includes('?') ? '&' : '?'}${ACTION_PARAM}=${method}`
}
