import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { runQuietly } from '../run/process.ts'
import type { Block } from './blocks.ts'
import { projectsOf } from './project.ts'

const root = resolve(import.meta.dir, '../..')

/** Inside the repository, so that `rivulet` and its dependencies resolve; hidden, so nobody else looks. */
const SCRATCH = `${root}/test/.readme`

/** What the type checker says about some blocks. */
export interface CheckResult {
  /** By the line a block begins on: its errors, each as `README.md:12:5: error TS…`. */
  errors: Map<number, string[]>
  /** Errors outside all blocks: in src/, or of the checker itself. */
  others: string[]
}

/** Type-checks all blocks of a page in one run of `bun check`, with the options of the repository. */
export async function checkBlocks(
  blocks: readonly Block[],
  page = 'README.md',
): Promise<CheckResult> {
  // Without a file, `bun check` would check the whole project.
  if (blocks.length === 0) return { errors: new Map(), others: [] }
  await mkdir(SCRATCH, { recursive: true })
  const folder = await mkdtemp(`${SCRATCH}/`)
  try {
    const written = await write(blocks, folder)
    // An example may end with a constant that nobody reads.
    const options = ['--no-script', '--no-pretty', '--all', '--noUnusedLocals', 'false']
    const command = [process.execPath, 'check', ...options, ...written.keys()]
    const { output, exitCode } = await runQuietly(command, {}, root)
    return exitCode === 0 ? { errors: new Map(), others: [] } : sortErrors(output, written, page)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Writes every project into a folder of its own; returns the blocks by the path of their file. */
async function write(blocks: readonly Block[], folder: string): Promise<Map<string, Block>> {
  const written = new Map<string, Block>()
  for (const [index, { files }] of projectsOf(blocks).entries()) {
    for (const [file, block] of files) {
      const path = `${folder}/${index}/${file}`
      await Bun.write(path, block.code)
      written.set(path, block)
    }
  }
  return written
}

function sortErrors(
  output: string,
  written: ReadonlyMap<string, Block>,
  page: string,
): CheckResult {
  const errors = new Map<number, string[]>()
  const others: string[] = []
  for (const text of output.split('\n')) {
    const [, path, line, column, message] = /^(.+?)\((\d+),(\d+)\): (error .*)$/.exec(text) ?? []
    if (path === undefined) continue
    const block = written.get(resolve(root, path))
    if (block) {
      const place = `${page}:${block.line + Number(line) - 1}:${column}`
      const known = errors.get(block.line) ?? []
      // A file stands in every later state of its project, and is wrong in each.
      if (!known.includes(`${place}: ${message}`)) known.push(`${place}: ${message}`)
      errors.set(block.line, known)
    } else {
      others.push(text)
    }
  }
  if (errors.size === 0 && others.length === 0) others.push(output)
  return { errors, others }
}
