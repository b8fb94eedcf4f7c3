/**
 * The bench: what Rivulet costs next to others, side by side in one run.
 *
 *   bun run bench [part…] [--quick] [--json file] [--connections 1000] [--only bare,rivulet]
 *
 * With BENCH_PROFILE=folder the servers under Bun leave their processor profiles there.
 *
 * Every number is a ratio of rounds that took turns on the same machine; nothing here is a test.
 */
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import type { Effort, Part } from './parts/part.ts'
import { brokers } from './parts/brokers.ts'
import { client } from './parts/client.ts'
import { fanout } from './parts/fanout.ts'
import { idle } from './parts/idle.ts'
import { pages } from './parts/pages.ts'
import { rendering } from './parts/rendering.ts'
import { slow } from './parts/slow.ts'
import { storm } from './parts/storm.ts'
import type { Result } from './report/result.ts'
import { formatResult } from './report/table.ts'

const PARTS: Readonly<Record<string, Part>> = {
  fanout,
  idle,
  storm,
  slow,
  rendering,
  pages,
  client,
  brokers,
}

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    connections: { type: 'string' },
    only: { type: 'string' },
  },
  allowPositionals: true,
})
const chosen = positionals.length > 0 ? positionals : Object.keys(PARTS)
const machine = {
  bun: Bun.version,
  kernel: release(),
  processor: cpus()[0]?.model,
  cores: cpus().length,
}
console.log(`Bun ${machine.bun}, Linux ${machine.kernel}, ${machine.cores} x ${machine.processor}`)

const effort: Effort = {
  quick: values.quick,
  connections: values.connections === undefined ? undefined : Number(values.connections),
  only: values.only?.split(','),
}

const results: Record<string, readonly Result[]> = {}
for (const name of chosen) {
  const part = PARTS[name]
  if (part === undefined) {
    console.error(`There is no part "${name}".\n\nExpected: ${Object.keys(PARTS).join(', ')}`)
    process.exit(1)
  }
  // Small sizes say nothing about budgets.
  const found = (await part(effort)).map((one) => (effort.quick ? { ...one, budgets: [] } : one))
  for (const result of found) console.log(formatResult(result))
  results[name] = found
}
if (values.json !== undefined) {
  const report = { machine, quick: values.quick, at: new Date().toISOString(), results }
  await Bun.write(values.json, `${JSON.stringify(report, null, 2)}\n`)
}
process.exit(0)
