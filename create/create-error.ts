/** Something the user can put right: what happened, what was expected, what was found, and the fix. */
export class CreateError extends Error {
  override name = 'CreateError'

  constructor(
    problem: string,
    { expected, got, fix, cause }: { expected: string; got: string; fix: string; cause?: unknown },
  ) {
    super(`${problem}\n\nExpected: ${expected}\nGot: ${got}\n\n${fix}`, { cause })
  }
}
