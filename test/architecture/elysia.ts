import ts from 'typescript'
import { importsOf } from './imports.ts'
import { placeOf, type Source } from './source.ts'

/** The only file that knows how Elysia declares routes. */
const BINDER = 'src/router/bind.ts'

/** Who may hold an Elysia app at all: the binder, and the server that starts it. */
const HOLDERS = /^src\/(router\/bind\.ts|server\/.+)$/

const ROUTE_METHODS = new Set(
  'get post put patch delete head options all route ws group guard mount'.split(' '),
)

/** Lists the value imports of Elysia and its plugins by files that have no business with it. */
export function elysiaImports(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !HOLDERS.test(path))
    .flatMap(importsOf)
    .filter(({ specifier, typeOnly }) => !typeOnly && /^(elysia|@elysiajs\/.+)$/.test(specifier))
    .map(({ place, specifier }) => `${place}: ${specifier} belongs to ${BINDER} and src/server/`)
}

/**
 * Lists calls that look like `app.get('/path', handler)` outside the binder. Told by the name and by two or
 * more arguments: `map.get(key)`, `headers.delete(name)` and `Promise.all(list)` have one.
 */
export function routeCalls(sources: readonly Source[]): string[] {
  return (
    sources
      // A statement of SQLite has get() and all() with several arguments, too.
      .filter(({ path }) => path !== BINDER && !path.startsWith('src/broker/'))
      .flatMap((source) => {
        const found: string[] = []
        const visit = (node: ts.Node): void => {
          const method = routeMethodOf(node)
          if (method) found.push(`${placeOf(source, node)}: .${method}() is for ${BINDER} alone`)
          ts.forEachChild(node, visit)
        }
        if (source.tree) visit(source.tree)
        return found
      })
  )
}

function routeMethodOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || node.arguments.length < 2) return undefined
  if (!ts.isPropertyAccessExpression(node.expression)) return undefined
  const name = node.expression.name.text
  return ROUTE_METHODS.has(name) ? name : undefined
}
