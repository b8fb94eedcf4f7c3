import { runQuietly, type Finished } from './process.ts'

/** One check of the source as it stands, without running any of it. */
interface Check {
  name: string
  command: string[]
}

/** oxlint and its type-aware half are scripts for Node: `--bun` runs both without one. */
const underBun = [process.execPath, '--bun', 'run', '--silent']

/** All three run under this very Bun: no Node and no global install. */
const checks: Check[] = [
  { name: 'types', command: [process.execPath, 'check', '--no-script'] },
  { name: 'format', command: [process.execPath, 'fmt', '--check', '--no-script'] },
  {
    name: 'lint',
    command: [...underBun, 'oxlint', '--type-aware', '--deny-warnings'],
  },
]

/** Runs all checks at once, prints one line each (and what the failed ones say), and names those that failed. */
export async function runChecks(): Promise<string[]> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, command }) => {
      const result = await runQuietly(command)
      report(name, result)
      return { name, failed: result.exitCode !== 0 }
    }),
  )
  return outcomes.filter((outcome) => outcome.failed).map((outcome) => outcome.name)
}

/** In one write, so that checks that end together do not print into each other. */
function report(name: string, { exitCode, output, milliseconds }: Finished): void {
  const time = `${(milliseconds / 1000).toFixed(1)} s`
  if (exitCode === 0) console.log(`${name}: ok (${time})`)
  else console.log(`${name}: FAILED (${time})\n${output}\n`)
}
