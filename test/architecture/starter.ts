import { importsOf } from './imports.ts'
import type { Source } from './source.ts'

/** What a new project has beside its own files: the framework, the schemas, the runtime. */
const PACKAGES = /^(rivulet(\/.+)?|zod|node:.+|bun|bun:.+)$/

/** Where the starter's files are; all of them are copied into a new project. */
const FILES = /^((components|pages|streams)\/.+|app\.ts)$/

/** Lists the imports of starter files that would lead nowhere in a new project. */
export function foreignStarterImports(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap(({ specifier, target, place }) => {
    const copied = specifier.startsWith('.') ? FILES.test(target ?? '') : PACKAGES.test(specifier)
    return copied ? [] : [`${place}: ${specifier} does not exist in a new project`]
  })
}
