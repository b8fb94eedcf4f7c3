import { relative } from 'node:path'

/** An error of the app, as the terminal and the page show it. */
export interface DevError {
  readonly message: string
  /** `pages/index.tsx:12:5`, or empty. */
  readonly where: string
  /** The line at fault, with a mark below the place; or the stack. */
  readonly excerpt: string
}

/** Reads the file and line off whatever loading an app throws: syntax errors, or its own. */
export function describeError(root: string, error: unknown): DevError {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  const {
    message = String(first),
    position,
    stack = '',
  } = first as Partial<BuildMessage> & { stack?: string }
  if (position) {
    const { file, line, column, lineText } = position
    return {
      message,
      where: `${relative(root, file)}:${line}:${column}`,
      excerpt: `${lineText}\n${' '.repeat(Math.max(column - 1, 0))}^`,
    }
  }
  const frames = stack
    .split('\n')
    .filter((line) => /^\s*at /.test(line) && !line.includes('node_modules'))
  const place = frames.map((line) => /\(?(\/[^()]+:\d+:\d+)\)?$/.exec(line)?.[1]).find(Boolean)
  // A RouteError says its files itself; where it was thrown is of no use.
  if (place === undefined || (first instanceof Error && first.name === 'RouteError'))
    return { message, where: '', excerpt: '' }
  return { message, where: relative(root, place), excerpt: frames.slice(0, 6).join('\n') }
}

export function printError({ message, where, excerpt }: DevError): void {
  console.error(
    ['', `✗ ${where}`.trimEnd(), message, excerpt, '']
      .filter((line, index) => index === 0 || line)
      .join('\n'),
  )
}
