import { ACTION_PARAM } from './action-url.ts'

/** The URL of the page that a request is for, without the name of an action. */
export function pageUrl(request: Request): URL {
  const url = new URL(request.url)
  // A path that begins with two slashes would be another host's, in a link or a form.
  if (url.pathname.startsWith('//')) url.pathname = url.pathname.replace(/^\/+/, '/')
  if (url.search !== '' && url.searchParams.has(ACTION_PARAM)) url.searchParams.delete(ACTION_PARAM)
  return url
}

/** Whether a request names an action that is none of POST. */
export function namesAction(request: Request): boolean {
  return new URL(request.url).searchParams.has(ACTION_PARAM)
}
