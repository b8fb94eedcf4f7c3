import { importsOf } from './imports.ts'
import type { Source } from './source.ts'

/** The part of package.json that says what an installation brings along. */
export interface Dependencies {
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** Lists the imports of packages that are not installed together with this one. */
export function undeclaredPackages(sources: readonly Source[], manifest: Dependencies): string[] {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
  return sources.flatMap(importsOf).flatMap(({ specifier, target, place }) => {
    if (target !== undefined || /^(node:|bun$|bun:)/.test(specifier)) return []
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    return name in declared
      ? []
      : [`${place}: ${name} is in neither dependencies nor peerDependencies`]
  })
}
