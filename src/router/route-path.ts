/** What a file's path says about its URL. */
export interface RoutePath {
  /** Elysia's pattern: `/chat/:room`, `/docs/*`. */
  readonly pattern: string
  /** The names of its params, `*` for a rest param as Elysia calls it. */
  readonly params: readonly string[]
  /** The pattern without names: two files with one shape answer the same URLs. */
  readonly shape: string
}

/** Thrown at start for files that cannot be routed; the message names them. */
export class RouteError extends Error {
  override readonly name = 'RouteError'
}

/**
 * Reads the URL off a path below `pages/` or `streams/`, without its extension:
 * `chat/[room]` is `/chat/:room`, `(shop)/cart/index` is `/cart`, `docs/[...rest]` is `/docs/*`.
 *
 * `undefined` for what is no route: a name that starts with `_` or `-`, in any folder of the path.
 * Throws a `RouteError` that names `file` for what cannot be a URL.
 */
export function routePath(path: string, file = path): RoutePath | undefined {
  const segments = path.split('/')
  if (segments.some((segment) => /^[_-]/.test(segment))) return undefined
  if (segments.at(-1) === 'index') segments.pop()
  const params: string[] = []
  const parts = segments
    .filter((segment) => !/^\(.+\)$/.test(segment))
    .map((segment, index, all) => part(file, segment, index === all.length - 1, params))
  const pattern = `/${parts.join('/')}`
  return { pattern, params, shape: pattern.replace(/:[^/]+/g, ':') }
}

function part(file: string, segment: string, isLast: boolean, params: string[]): string {
  const [, rest, name] = /^\[(\.\.\.)?([A-Za-z_]\w*)\]$/.exec(segment) ?? []
  if (name === undefined) {
    if (/^[\w.~-]+$/.test(segment)) return segment
    throw new RouteError(`${file} cannot be a URL.

Expected: segments of letters, digits, "-", "_", "." and "~", or [param], [...rest] and (group)
Got: ${segment}`)
  }
  if (params.includes(name)) throw new RouteError(`${file} has the param [${name}] twice.`)
  params.push(name)
  if (rest === undefined) return `:${name}`
  if (isLast) return '*'
  throw new RouteError(`${file} has a segment after [...${name}], which takes all the rest.`)
}
