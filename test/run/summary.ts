/** How many tests there were of each kind, as `bun test` counts them. */
export interface Summary {
  passed: number
  /** Failed tests, and files that could not be loaded. */
  failed: number
  /** Skipped tests and todos. */
  skipped: number
}

/**
 * Reads the counts that `bun test` prints last, or `undefined` where it did not come that far: a test that
 * calls `process.exit(0)` ends the whole run with exit code 0 and no summary (Bun 1.4.5). The junit
 * report is no substitute, since it leaves out files that fail to load.
 */
export function parseSummary(output: string): Summary | undefined {
  const lines = Bun.stripANSI(output).split('\n')
  const end = lines.findLastIndex((line) => /^Ran \d+ tests? across \d+ files?\./.test(line))
  if (end === -1) return undefined

  const counts = new Map<string, number>()
  for (let i = end - 1; i >= 0; i--) {
    const [, count, kind] = /^ *(\d+) ([a-z() ]+)$/.exec(lines[i] ?? '') ?? []
    if (count === undefined || kind === undefined) break
    counts.set(kind, Number(count))
  }
  const of = (kind: string): number => counts.get(kind) ?? 0
  return { passed: of('pass'), failed: of('fail'), skipped: of('skip') + of('todo') }
}

/** The closing line of the test command. */
export function formatSummary({ passed, failed, skipped }: Summary): string {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Says why a run is not a success, or `undefined` if it is one. */
export function faultOf(
  summary: Summary | undefined,
  exitCode: number,
  maySkip: boolean,
): string | undefined {
  if (summary === undefined) return `bun test ended without a summary (exit code ${exitCode})`
  if (summary.failed > 0) return 'tests failed'
  if (exitCode !== 0) return `bun test ended with exit code ${exitCode}`
  if (summary.passed === 0) return 'no test ran'
  if (summary.skipped > 0 && !maySkip) return 'tests were skipped, which CI=true forbids'
  return undefined
}
