/** Fills the params of a URL pattern in: `/chat/:room` and `{ room: 'a b' }` make `/chat/a%20b`. */
export function patternUrl(
  pattern: string,
  params: Readonly<Record<string, string | number>>,
): string {
  return pattern.replace(/:([^/]+)|\*$/g, (_, name: string | undefined) => {
    const value = params[name ?? '*']
    if (value === undefined) {
      throw new TypeError(
        `A URL lacks a param.\n\nExpected: "${name ?? '*'}", for ${pattern}\nGot: ${Object.keys(params).join(', ') || 'none'}`,
      )
    }
    return name === undefined
      ? String(value).split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(value)
  })
}
