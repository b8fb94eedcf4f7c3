import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'

/** One source file below a convention folder. */
export interface SourceFile {
  /** `pages/chat/[room].tsx`, for errors and tables. */
  readonly file: string
  /** `chat/[room]` */
  readonly path: string
  /** For `import()`. */
  readonly absolute: string
}

/** The `.tsx`, `.ts` and `.jsx` files below `root/folder`, sorted; tests and declarations left out. */
export function scanFolder(root: string, folder: string): SourceFile[] {
  const base = join(root, folder)
  if (!existsSync(base)) return []
  return [...new Glob('**/*.{tsx,ts,jsx}').scanSync({ cwd: base })]
    .map((found) => found.replaceAll('\\', '/'))
    .filter((found) => !/\.(test|spec|client|d)\.[jt]sx?$/.test(found))
    .toSorted()
    .map((found) => ({
      file: `${folder}/${found}`,
      path: found.replace(/\.[^.]+$/, ''),
      absolute: join(base, found),
    }))
}
