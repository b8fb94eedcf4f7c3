import { importsOf } from './imports.ts'
import type { Source } from './source.ts'

/** Lists each cycle of value imports once, as `a.ts -> b.ts -> a.ts`. */
export function importCycles(sources: readonly Source[]): string[] {
  const graph = new Map(sources.map((source) => [source.path, valueTargetsOf(source)]))
  const done = new Set<string>()
  const trail: string[] = []
  const cycles: string[] = []

  const visit = (path: string): void => {
    const start = trail.indexOf(path)
    if (start !== -1) {
      cycles.push([...trail.slice(start), path].join(' -> '))
      return
    }
    if (done.has(path)) return
    trail.push(path)
    for (const target of graph.get(path) ?? []) visit(target)
    trail.pop()
    done.add(path)
  }
  for (const path of graph.keys()) visit(path)
  return cycles
}

function valueTargetsOf(source: Source): string[] {
  return importsOf(source).flatMap(({ target, typeOnly }) => (target && !typeOnly ? [target] : []))
}
