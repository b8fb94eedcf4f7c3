import { afterEach, beforeEach, spyOn } from 'bun:test'

/** Collects what is logged as an error, test by test, instead of printing it. */
export function collectErrors(): () => string[] {
  let spy: { mock: { calls: unknown[][] }; mockRestore(): void }
  beforeEach(() => {
    spy = spyOn(console, 'error').mockImplementation(() => undefined)
  })
  afterEach(() => spy.mockRestore())
  return () => spy.mock.calls.map((call) => call.map(String).join(' '))
}
