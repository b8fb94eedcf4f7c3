import { ACTION_PARAM } from './action-url.ts'

/** The query parameter by which a redirect says which form of the page htmx is to take out of it. */
export const FORM_PARAM = '_form'

/** The URL of the page that a request is for, without what is ours in its query. */
export function pageUrl(request: Request): URL {
  const url = new URL(request.url)
  // A path that begins with two slashes would be another host's, in a link or a form.
  if (url.pathname.startsWith('//')) url.pathname = url.pathname.replace(/^\/+/, '/')
  if (url.search === '') return url
  for (const name of [ACTION_PARAM, FORM_PARAM])
    if (url.searchParams.has(name)) url.searchParams.delete(name)
  return url
}

/** A parameter of a request's query. */
export function queryOf({ url }: Request, name: string): string | null {
  return url.includes('?') ? new URL(url).searchParams.get(name) : null
}
