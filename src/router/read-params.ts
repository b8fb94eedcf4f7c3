import { HttpError, notFound } from '../page/http-error.ts'
import type { RoutePath } from './route-path.ts'

const NONE: Readonly<Record<string, string>> = {}

/**
 * The params that a URL holds for a path, by their names in the file, decoded.
 *
 * Throws 400 for what is no percent-encoded UTF-8: Elysia 1.4.30 makes `null` of it, and Bun's own
 * router, which takes its place on a listening server, U+FFFD. Throws 404 where nothing is left for
 * a rest param, which Elysia calls `*`, hands over as it was sent, and lets be empty.
 */
export function readParams(
  { pattern, params }: RoutePath,
  matched: Readonly<Record<string, string | null>> | undefined,
  url: string,
): Readonly<Record<string, string>> {
  if (params.length === 0) return NONE
  const read: Record<string, string> = {}
  for (const name in matched) {
    const value = matched[name] ?? null
    if (value === null || value.includes('\uFFFD')) decode(url.replace(/\?.*/s, ''))
    if (name !== '*') read[name] = value ?? ''
  }
  const rest = params.at(-1)
  if (!pattern.endsWith('*') || rest === undefined) return read
  if (!matched?.['*']) throw notFound()
  read[rest] = decode(matched['*'])
  return read
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new HttpError(400, 'This address is not well-formed.', { cause: error })
  }
}
