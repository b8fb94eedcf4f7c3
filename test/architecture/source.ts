import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'

/** The repository's root, with a slash at its end. */
export const root = `${resolve(import.meta.dir, '../..')}/`

/** One file, read and parsed once for all rules. */
export interface Source {
  /** Relative to the repository's root: `src/html/escape.ts`. */
  path: string
  text: string
  /** Absent for files that are no TypeScript. */
  tree?: ts.SourceFile
}

/** Parses one file; rules are tested with sources that exist only in memory. */
export function parseSource(path: string, text: string): Source {
  if (!/\.tsx?$/.test(path)) return { path, text }
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind) }
}

/** Reads every TypeScript and CSS file below some folders (those that exist), in order of path. */
export async function readSources(...folders: string[]): Promise<Source[]> {
  const paths = folders
    .filter((folder) => existsSync(root + folder))
    .flatMap((folder) => {
      const files = new Bun.Glob('**/*.{ts,tsx,css}').scanSync({ cwd: root + folder })
      return [...files].map((file) => `${folder}/${file}`)
    })
    .filter((path) => !/(^|\/)node_modules\/|^create\/template\//.test(path))
  return Promise.all(
    paths.sort().map(async (path) => parseSource(path, await Bun.file(root + path).text())),
  )
}

/** Where something is, for messages: `src/html/escape.ts:12`. */
export function placeOf(source: Source, node: ts.Node): string {
  const { line } = ts.getLineAndCharacterOfPosition(node.getSourceFile(), node.getStart())
  return `${source.path}:${line + 1}`
}
