#!/usr/bin/env bun
import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

const HELP = `  rivulet dev      serves the app, and reloads it when a file changes
  rivulet start    serves the app, for production
  rivulet routes   lists what answers which URL

  --port <number>  default: PORT, or 3000; 0 takes any free port
  --workers <number>
                   start: so many processes on one port, with a broker that they share
  --host <name>    default: HOST, or all interfaces (start) and localhost (dev)
  --help, --version`

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  workers: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/** Runs one command; each is imported only when asked for, after `NODE_ENV` is settled. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  const [command, ...rest] = positionals
  if (values.version) return console.log(await version())
  if (values.help || command === undefined) return console.log(HELP)
  if (rest.length > 0)
    throw new UsageError(`rivulet ${command} takes no further words. Got: ${rest.join(' ')}`)
  const address = {
    port: port(values.port ?? process.env['PORT'] ?? '3000'),
    host: values.host ?? process.env['HOST'],
  }
  switch (command) {
    case 'dev':
      return (await import('./dev.ts')).dev(process.cwd(), address)
    case 'start':
      process.env['NODE_ENV'] ??= 'production'
      if (values.workers === undefined)
        return (await import('./start.ts')).start(process.cwd(), address)
      return (await import('./workers.ts')).startWorkers(workers(values.workers), address)
    case 'routes':
      return (await import('./routes.ts')).routes(process.cwd())
  }
  throw new UsageError(
    `There is no command "${command}".\n\nExpected: dev, start or routes\nGot: ${command}`,
  )
}

async function version(): Promise<string> {
  const manifest: unknown = await Bun.file(new URL('../../package.json', import.meta.url)).json()
  return (manifest as { readonly version: string }).version
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text)
  throw new UsageError(`This is no port.\n\nExpected: a number from 0 to 65535\nGot: ${text}`)
}

function workers(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new UsageError(`This is no number of workers.\n\nExpected: 1 to 999\nGot: ${text}`)
}

try {
  await main()
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  const isRoute = error instanceof Error && error.name === 'RouteError'
  console.error(isUsage || isRoute ? (error as Error).message : error)
  process.exit(1)
}
