import { expect, test } from 'bun:test'

/**
 * Names what the type checker proves about some code that is never run: `bun check` fails when a line under
 * `@ts-expect-error` has no error, or when another line has one.
 */
export function checked(name: string, code: () => unknown): void {
  test(`the type checker: ${name}`, () => {
    expect(code).toBeFunction()
  })
}
