import { posix } from 'node:path'
import ts from 'typescript'
import { placeOf, type Source } from './source.ts'

/** One mention of another module: `import`, `import type`, `export … from`, `import()`, or `import('x').T`. */
export interface Import {
  specifier: string
  /** The file in this repository (`src/html/escape.ts`), or `undefined` for a package. */
  target: string | undefined
  /** Gone at run time. `import { type A }` is not: with `verbatimModuleSyntax` the module still loads. */
  typeOnly: boolean
  /** Where it is written: `src/html/child.ts:3`. */
  place: string
}

/** Lists every import of a file, types included (`Bun.Transpiler.scanImports` loses those). */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    const mention = mentionOf(node)
    if (mention) {
      const { specifier, typeOnly } = mention
      const target = targetOf(source.path, specifier)
      found.push({ specifier, target, typeOnly, place: placeOf(source, node) })
    }
    ts.forEachChild(node, visit)
  }
  if (source.tree) visit(source.tree)
  return found
}

function mentionOf(node: ts.Node): Pick<Import, 'specifier' | 'typeOnly'> | undefined {
  if (ts.isImportDeclaration(node)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return specifierIn(node.moduleSpecifier, typeOnly)
  }
  if (ts.isExportDeclaration(node)) return specifierIn(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return specifierIn(node.argument.literal, true)
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return specifierIn(node.arguments[0], false)
  }
  return undefined
}

function specifierIn(node: ts.Node | undefined, typeOnly: boolean): ReturnType<typeof mentionOf> {
  return node && ts.isStringLiteralLike(node) ? { specifier: node.text, typeOnly } : undefined
}

/** The package imports itself by name as well: `rivulet/testing` is `src/testing.ts`. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  if (specifier === 'rivulet') return 'src/index.ts'
  if (specifier.startsWith('rivulet/')) return `src/${specifier.slice('rivulet/'.length)}.ts`
  return undefined
}
