/**
 * The test command: what tests need beyond Bun, then types, format and lint, then all tests.
 * Arguments go to `bun test`: `bun run test test/html`, `bun run test -t escape`.
 */
import { runChecks } from './run/checks.ts'
import { installRequirements } from './run/install.ts'
import { describeMissing, nothingMayBeSkipped } from './run/requirements.ts'
import { runSuite } from './run/suite.ts'
import { faultOf, formatSummary } from './run/summary.ts'

process.chdir(`${import.meta.dir}/..`)

const missing = await installRequirements()
const maySkip = !nothingMayBeSkipped()
if (missing.length > 0) {
  console.error(describeMissing(missing))
  if (!maySkip) {
    console.error('With CI=true no test may be skipped: stopping here.')
    process.exit(1)
  }
}

const failedChecks = await runChecks()
const { exitCode, summary } = await runSuite(process.argv.slice(2))
const fault = faultOf(summary, exitCode, maySkip)

// What went wrong is said once more at the end: the checks ran before the tests' long output.
console.log('')
if (missing.length > 0) console.log(`SKIPPED TESTS: ${describeMissing(missing)}`)
if (failedChecks.length > 0) console.log(`FAILED: ${failedChecks.join(', ')} (see above the tests)`)
if (fault) console.log(`FAILED: ${fault}`)
if (summary) console.log(formatSummary(summary))
process.exit(failedChecks.length > 0 || fault ? 1 : 0)
