/**
 * Fills the params of a URL pattern in: `/chat/:room` and `{ room: 'a b' }` make `/chat/a%20b`,
 * `/docs/*path` and `{ path: 'x/y' }` make `/docs/x/y`.
 *
 * Throws a `TypeError` for what no URL can hold: a segment that is empty, `.` or `..`. Browsers
 * resolve the dots even where they are percent-encoded (URL standard, "double-dot path segment").
 */
export function patternUrl(
  pattern: string,
  params: Readonly<Record<string, string | number>>,
): string {
  return pattern.replace(/:([^/]+)|\*(.+)$/g, (_, param: string | undefined, rest: string) => {
    const name = param ?? rest
    const value = params[name]
    if (value === undefined) {
      throw new TypeError(
        `A URL lacks a param.\n\nExpected: "${name}", for ${pattern}\nGot: ${Object.keys(params).join(', ') || 'none'}`,
      )
    }
    const segments = param === undefined ? String(value).split('/') : [String(value)]
    return segments.map((segment) => encodeSegment(segment, name, pattern)).join('/')
  })
}

function encodeSegment(segment: string, name: string, pattern: string): string {
  if (!/^\.{0,2}$/.test(segment)) return encodeURIComponent(segment)
  throw new TypeError(
    `A URL cannot hold this param.\n\nExpected: "${name}", for ${pattern}\nGot: ${JSON.stringify(segment)}`,
  )
}
