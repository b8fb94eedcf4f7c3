/** Fills `template/` before `bun pm pack`, and with `--clean` takes it away again afterwards. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyStarter, templateVersions } from './template.ts'

const root = join(import.meta.dir, '..')
const template = join(import.meta.dir, 'template')

await rm(template, { recursive: true, force: true })

if (!process.argv.includes('--clean')) {
  await copyStarter(root, template)
  const versions = await templateVersions(root)
  await Bun.write(join(template, 'package.json'), `${JSON.stringify(versions, null, 2)}\n`)
}
