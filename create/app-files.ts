import { cp, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import create from './package.json' with { type: 'json' }
import type { Versions } from './template.ts'

/** Bun 1.4.5 leaves these two out of every package, wherever they are in it. */
const renamed = [
  ['_gitignore', '.gitignore'],
  ['_bunfig.toml', 'bunfig.toml'],
] as const

/** Writes what the starter does not have: package.json, tsconfig.json, bunfig.toml, README and .gitignore. */
export async function writeAppFiles(
  directory: string,
  name: string,
  versions: Versions,
): Promise<void> {
  await mkdir(directory, { recursive: true })
  await cp(join(import.meta.dir, 'app'), directory, { recursive: true })
  for (const [packed, file] of renamed) await rename(join(directory, packed), join(directory, file))

  const readme = Bun.file(join(directory, 'README.md'))
  await Bun.write(readme, (await readme.text()).replaceAll('{{name}}', name))
  await Bun.write(
    join(directory, 'package.json'),
    `${JSON.stringify(appPackage(name, versions), null, 2)}\n`,
  )
}

/** The package.json of a new app. */
export function appPackage(name: string, { dependencies, devDependencies }: Versions) {
  return {
    name,
    private: true,
    type: 'module',
    scripts: {
      dev: 'rivulet dev',
      start: 'rivulet start',
      test: 'bun test',
      types: 'bun check --no-script',
    },
    // Rivulet and this package are released together, under one version.
    dependencies: { rivulet: `^${create.version}`, ...dependencies },
    devDependencies,
  }
}
