import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeAppFiles } from './app-files.ts'
import { CreateError } from './create-error.ts'
import { packageName } from './package-name.ts'
import { copyStarter, templateFolder, templateVersions } from './template.ts'

/**
 * Writes a new app into `directory`, which must not hold anything but a `.git`, and returns its name.
 * With `force` it may: files of the same name are replaced, and nothing is deleted.
 */
export async function scaffold(directory: string, { force = false } = {}): Promise<string> {
  checkPath(directory)
  if (!force) await checkEmpty(directory)

  const template = await templateFolder()
  const versions = await templateVersions(template)
  const taken = ['rivulet', ...Object.values(versions).flatMap((group) => Object.keys(group))]
  const name = packageName(directory, taken)
  try {
    await writeAppFiles(directory, name, versions)
    await copyStarter(template, directory)
  } catch (cause) {
    throw new CreateError(`The app could not be written to ${resolve(directory)}.`, {
      expected: 'a place where you may create files',
      got: message(cause),
      fix: 'Choose another directory, or change its permissions.',
      cause,
    })
  }
  return name
}

function checkPath(directory: string): void {
  // A line feed or an escape would be invisible in every message and prompt from now on.
  if (directory.trim() !== '' && !/\p{Control}/u.test(directory)) return
  throw new CreateError('This is no name for a directory.', {
    expected: 'at least one character, and no control characters',
    got: JSON.stringify(directory),
    fix: 'Try: bun create rivulet my-app',
  })
}

async function checkEmpty(directory: string): Promise<void> {
  const found = (await list(directory)).filter((entry) => entry !== '.git').sort()
  if (found.length === 0) return
  const [shown, more] = [found.slice(0, 3).join(', '), found.length - 3]
  throw new CreateError(`The directory ${resolve(directory)} is not empty.`, {
    expected: 'a directory that does not exist yet, or an empty one (a .git may be there)',
    got: more > 0 ? `${shown} and ${more} more` : shown,
    fix: 'Choose another name, or add --force: it replaces files of the same name and deletes none.',
  })
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return []
    throw new CreateError(`The directory ${resolve(directory)} cannot be read.`, {
      expected: 'a directory that does not exist yet, or an empty one',
      got: codeOf(cause) === 'ENOTDIR' ? 'a file' : message(cause),
      fix: 'Choose another name.',
      cause,
    })
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
