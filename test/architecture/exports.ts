import { basename } from 'node:path'

/** Lists where the `exports` of package.json and the files `src/*.ts` are not one to one. */
export function exportMismatches(
  exports: Readonly<Record<string, string>>,
  files: readonly string[],
): string[] {
  const wanted = new Map(files.map((file) => [subpathOf(file), `./${file}`]))
  const missing = [...wanted].flatMap(([subpath, file]) =>
    exports[subpath] === file ? [] : [`package.json does not export "${subpath}": "${file}"`],
  )
  // A file that is no module, like tsconfig.json, may be exported as well.
  const unknown = Object.entries(exports).flatMap(([subpath, file]) =>
    wanted.has(subpath) || !/\.tsx?$/.test(file)
      ? []
      : [`"${subpath}": "${file}" is no file src/*.ts`],
  )
  return [...missing, ...unknown]
}

function subpathOf(file: string): string {
  const name = basename(file, '.ts')
  return name === 'index' ? '.' : `./${name}`
}
