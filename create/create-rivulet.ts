#!/usr/bin/env bun
import { relative, resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { CreateError } from './create-error.ts'
import create from './package.json' with { type: 'json' }
import { scaffold } from './scaffold.ts'

const usage = `Usage: bun create rivulet [directory]

Writes a new Rivulet app into the directory, whose name becomes the name of the package.
Without a directory it asks for one, if there is a terminal to ask in.

  --force       write into a directory that is not empty: replaces files of the same
                name, deletes none
  -h, --help    print this
  --version     print the version`

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CreateError)) throw error
  console.error(`${styleText('red', 'error', { stream: process.stderr })}: ${error.message}`)
  process.exitCode = 1
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args)
  if (values.help) return console.log(usage)
  if (values.version) return console.log(create.version)

  const directory = positionals[0] ?? askForDirectory()
  const name = await scaffold(directory, { force: values.force })
  console.log(nextSteps(name, directory))
}

function readArguments(args: string[]) {
  // No -f and no -v: `bun create` 1.4.5 refuses these before they get here.
  const options = {
    force: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  } as const
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true })
    if (parsed.positionals.length <= 1) return parsed
  } catch (cause) {
    throw wrongArguments(args, cause)
  }
  throw wrongArguments(args)
}

function wrongArguments(args: string[], cause?: unknown): CreateError {
  return new CreateError('These arguments are not understood.', {
    expected: 'one directory, and of the options only --force, --help and --version',
    got: args.map((arg) => (/^[\w./~-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' '),
    fix: 'See: bun create rivulet --help',
    cause,
  })
}

function askForDirectory(): string {
  const answer = process.stdin.isTTY && process.stdout.isTTY ? prompt('Directory:', 'my-app') : null
  if (answer !== null) return answer.trim()
  throw new CreateError('No directory was named, and there is no terminal to ask in.', {
    expected: 'bun create rivulet <directory>',
    got: 'bun create rivulet',
    fix: 'Try: bun create rivulet my-app',
  })
}

function nextSteps(name: string, directory: string): string {
  const here = relative('.', directory) === ''
  const steps = ['bun install', 'bun dev']
  if (!here) steps.unshift(`cd ${/[^\w./-]/.test(directory) ? quote(directory) : directory}`)
  return `
${styleText('green', 'Created')} ${styleText('bold', name)} in ${resolve(directory)}

Next:
${steps.map((step) => `  ${styleText('cyan', step)}`).join('\n')}

Then open ${styleText('underline', 'http://localhost:3000')}
`
}

/** Quotes a path so that it can be pasted into a shell. */
function quote(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`
}
