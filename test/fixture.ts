import { afterAll } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Inside the repository, so that `rivulet` and `zod` resolve. */
const FOLDER = resolve(import.meta.dir, '.fixtures')

/**
 * Writes an app into a folder of its own and returns that folder; it is removed after the tests of
 * the file that called.
 *
 * @example
 * ```ts
 * const root = await fixture({ 'pages/index.tsx': 'export default () => <h1>Hello</h1>' })
 * const app = await createTestApp({ root })
 * ```
 */
export async function fixture(files: Readonly<Record<string, string>> = {}): Promise<string> {
  await mkdir(FOLDER, { recursive: true })
  const root = await mkdtemp(join(FOLDER, 'app-'))
  afterAll(() => rm(root, { recursive: true, force: true }))
  // A Bun that is started in the folder looks for one there, and else takes JSX for React's.
  await Bun.write(join(root, 'tsconfig.json'), '{ "extends": "../../../tsconfig.json" }')
  for (const [path, text] of Object.entries(files)) await Bun.write(join(root, path), text)
  return root
}
