import { ACTION_PARAM } from './action-url.ts'

/** The query parameter by which a redirect says which form of the page htmx is to take out of it. */
export const FORM_PARAM = '_form'

/** Where a request for a page leads. */
export interface PageAddress {
  /** Without what is ours in its query. */
  readonly url: URL
  /** The method that a form names, `null` for the request's own. */
  readonly action: string | null
  /** The form that htmx is to take out of the page. */
  readonly form: string | null
}

/** Reads the address of a page off a request. */
export function pageAddress(request: Request): PageAddress {
  const url = new URL(request.url)
  // A path that begins with two slashes would be another host's, in a link or a form.
  if (url.pathname.startsWith('//')) url.pathname = url.pathname.replace(/^\/+/, '/')
  if (url.search === '') return { url, action: null, form: null }
  const { searchParams } = url
  const action = searchParams.get(ACTION_PARAM)
  const form = searchParams.get(FORM_PARAM)
  // Not for nothing: what is left would be written anew.
  if (action !== null) searchParams.delete(ACTION_PARAM)
  if (form !== null) searchParams.delete(FORM_PARAM)
  return { url, action, form }
}
