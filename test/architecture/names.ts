import { basename } from 'node:path'
import ts from 'typescript'
import { placeOf, type Source } from './source.ts'

/** Names that say nothing about what is inside, and barrels. */
const EMPTY_NAMES = /^(utils|types|helpers|index)\.tsx?$/

/** Only where the router needs one, and for the app itself. */
const MAY_EXPORT_DEFAULT = /^((pages|streams)\/.+|app\.ts)$/

/** Lists the files in rooms (not the entry points `src/*.ts`) whose name says nothing. */
export function emptyNames(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.split('/').length > 2 && EMPTY_NAMES.test(basename(path)))
    .map(({ path }) => `${path}: name it after what it exports`)
}

/** Lists every `export *`, with or without a name: what is public is said one by one. */
export function starExports(sources: readonly Source[]): string[] {
  return statementsOf(sources).flatMap(({ source, node }) => {
    if (!ts.isExportDeclaration(node)) return []
    const named = node.exportClause && ts.isNamedExports(node.exportClause)
    return named ? [] : [`${placeOf(source, node)}: export * hides what is exported`]
  })
}

/** Lists default exports outside `pages/` and `streams/`, `export { x as default }` included. */
export function defaultExports(sources: readonly Source[]): string[] {
  return statementsOf(sources)
    .filter(({ source, node }) => isDefaultExport(node) && !MAY_EXPORT_DEFAULT.test(source.path))
    .map(({ source, node }) => `${placeOf(source, node)}: export it by name`)
}

function statementsOf(sources: readonly Source[]): { source: Source; node: ts.Statement }[] {
  return sources.flatMap((source) =>
    [...(source.tree?.statements ?? [])].map((node) => ({ source, node })),
  )
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportDeclaration(node)) {
    const clause = node.exportClause
    if (!clause || !ts.isNamedExports(clause)) return false
    return clause.elements.some((element) => element.name.text === 'default')
  }
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false
}
