import ts from 'typescript'
import { importsOf } from './imports.ts'
import type { Source } from './source.ts'

/** Lists the exported names of a file that have no doc comment where they are declared. */
export function undocumentedExports(entry: string, sources: readonly Source[]): string[] {
  const files = new Map(sources.map((source) => [source.path, source]))
  const statements = files.get(entry)?.tree?.statements ?? []
  return [...statements].flatMap(exportedNames).flatMap((name) => {
    const declarations = findDeclarations(name, entry, files)
    if (declarations === 'elsewhere') return []
    if (declarations.length === 0) return [`${entry}: found no declaration of ${name}`]
    // One comment is enough for overloads, and for a type and a value of one name.
    if (declarations.some(({ node }) => hasDocComment(node))) return []
    return [`${declarations[0]?.path}: ${name} is exported from ${entry} and has no doc comment`]
  })
}

interface Declaration {
  path: string
  node: ts.Statement
}

/** Follows a name through `export { name } from` to the statements that declare it. */
function findDeclarations(
  name: string,
  path: string,
  files: ReadonlyMap<string, Source>,
): Declaration[] | 'elsewhere' {
  const source = files.get(path)
  if (!source?.tree) return 'elsewhere'
  const local = source.tree.statements.filter((node) => declaredNames(node).includes(name))
  if (local.length > 0) return local.map((node) => ({ path, node }))

  const origin = [...source.tree.statements].flatMap((node) => importedAs(name, node))[0]
  if (!origin) return []
  if (origin.specifier === '') return findDeclarations(origin.name, path, files)
  const found = importsOf(source).find(({ specifier }) => specifier === origin.specifier)
  return found?.target ? findDeclarations(origin.name, found.target, files) : 'elsewhere'
}

/** What a statement gives to others: declarations with `export`, and the names of `export { … }`. */
function exportedNames(node: ts.Statement): string[] {
  if (ts.isExportDeclaration(node)) return specifiersOf(node).map(({ name }) => name.text)
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
  const exported = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  return exported ? declaredNames(node) : []
}

function declaredNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map(({ name }) => name.getText())
  }
  const declares =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node)
  return declares && node.name ? [node.name.text] : []
}

/**
 * The module and the name there, if a statement brings `name` in: by `export … from`, by `import`, or by
 * `export { local as name }`, whose module is ''.
 */
function importedAs(name: string, node: ts.Statement): { specifier: string; name: string }[] {
  if (!ts.isExportDeclaration(node) && !ts.isImportDeclaration(node)) return []
  const module = node.moduleSpecifier
  const specifier = module && ts.isStringLiteral(module) ? module.text : ''
  return specifiersOf(node)
    .filter((element) => element.name.text === name)
    .map((element) => ({ specifier, name: (element.propertyName ?? element.name).text }))
    .filter((origin) => specifier !== '' || origin.name !== name)
}

function specifiersOf(
  node: ts.ExportDeclaration | ts.ImportDeclaration,
): readonly (ts.ExportSpecifier | ts.ImportSpecifier)[] {
  if (ts.isExportDeclaration(node)) {
    return node.exportClause && ts.isNamedExports(node.exportClause)
      ? node.exportClause.elements
      : []
  }
  const bindings = node.importClause?.namedBindings
  return bindings && ts.isNamedImports(bindings) ? bindings.elements : []
}

function hasDocComment(node: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0
}
