import { ACTION_PARAM } from './action-url.ts'

/** The URL of the page that a request is for, without the name of an action. */
export function pageUrl(request: Request): URL {
  const url = new URL(request.url)
  if (url.search.includes(ACTION_PARAM)) url.searchParams.delete(ACTION_PARAM)
  return url
}
