/**
 * The soak, for minutes: connections that come and go, events, resumes, short-lived topics; several
 * topics on one connection, variants, rotation and stalls.
 *
 *   bun test/bench/soak.ts [--seconds 300]
 *
 * Exits with 1 when memory, live objects or latency grow, or when an event is lost.
 */
import { parseArgs } from 'node:util'
import { isKept } from './report/result.ts'
import { formatResult } from './report/table.ts'
import { judge } from './soak/judge.ts'
import { Churn } from './soak/churn.ts'
import { type Sample, sampleRow, takeSample } from './soak/sample.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { seconds: { type: 'string', default: '300' } },
})
const seconds = Number(values.seconds)
const every = Math.max(2, seconds / 20)

const churn = await Churn.start()
const samples: Sample[] = []
const start = performance.now()
const elapsed = (): number => (performance.now() - start) / 1000
try {
  while (elapsed() < seconds) {
    const until = elapsed() + every
    while (elapsed() < until) await churn.turn()
    const sample = await takeSample(churn, elapsed())
    samples.push(sample)
    console.log(JSON.stringify(sampleRow(sample)))
  }
} finally {
  await churn.stop()
}

const budgets = judge(samples)
console.log(formatResult({ title: `soak: ${seconds} s`, rows: samples.map(sampleRow), budgets }))
process.exit(budgets.every(isKept) ? 0 : 1)
