import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What a new app has in common with the repository of Rivulet: its starter. */
const starter = ['components', 'pages', 'streams', 'test/starter.test.ts'] as const

/** The versions that a new app depends on; a part of the template's package.json. */
export interface Versions {
  dependencies: { zod: string }
  devDependencies: { 'bun-types': string }
}

/**
 * The folder that holds the starter and, in its package.json, the {@link Versions}: the repository's
 * root when run from there, else `template/`, which `prepack` copied from it into the package.
 */
export async function templateFolder(): Promise<string> {
  const root = join(import.meta.dir, '..')
  const manifest = Bun.file(join(root, 'package.json'))
  const isRepository = (await manifest.exists()) && (await manifest.json()).name === 'rivulet'
  return isRepository ? root : join(import.meta.dir, 'template')
}

/** Reads the versions that the template in `folder` was written for. */
export async function templateVersions(folder: string): Promise<Versions> {
  const { dependencies, devDependencies } = await Bun.file(join(folder, 'package.json')).json()
  return {
    dependencies: { zod: dependencies.zod },
    devDependencies: { 'bun-types': devDependencies['bun-types'] },
  }
}

/** Copies the starter from the template in `from` into the folder `to`. */
export async function copyStarter(from: string, to: string): Promise<void> {
  for (const entry of starter) {
    await mkdir(dirname(join(to, entry)), { recursive: true })
    await cp(join(from, entry), join(to, entry), { recursive: true })
  }
}
