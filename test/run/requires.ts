import { describe, test } from 'bun:test'
import {
  describeMissing,
  nothingMayBeSkipped,
  requirements,
  type RequirementName,
} from './requirements.ts'

/**
 * `test` and `describe` for tests that need a program beyond Bun: they run where it is installed and are
 * reported as skipped where it is not. With `CI=true` a missing program throws instead.
 *
 * @example
 * const { test } = requires('chromium')
 * test('the counter counts', async () => { ... })
 */
export function requires(...names: RequirementName[]): {
  test: typeof test
  describe: typeof describe
} {
  const missing = names.filter((name) => requirements[name].find() === undefined)
  if (missing.length === 0) return { test, describe }

  const text = describeMissing(missing)
  if (nothingMayBeSkipped()) throw new Error(`${text}\nWith CI=true no test may be skipped.`)
  console.warn(`SKIPPING: ${text}`)
  return { test: test.skipIf(true), describe: describe.skipIf(true) }
}
