import { basename, resolve } from 'node:path'

/** npm's limit, https://docs.npmjs.com/cli/configuring-npm/package-json#name */
const longest = 214

/**
 * The name in package.json for an app in `directory`: `apps/My Café` becomes `my-cafe`.
 *
 * An app never gets the name of one of its own dependencies (`taken`), since `bun install` would then
 * find the app instead. A name without a single Latin letter or digit becomes `rivulet-app`.
 */
export function packageName(directory: string, taken: readonly string[]): string {
  const name = basename(resolve(directory))
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest - '-app'.length)
    .replace(/^-|-$/g, '')
  if (name === '') return 'rivulet-app'
  return taken.includes(name) ? `${name}-app` : name
}
