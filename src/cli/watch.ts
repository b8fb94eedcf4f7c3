import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

/** Milliseconds of quiet after a change: an editor writes a file in several steps. */
const QUIET = 20
/** Milliseconds after which changes are reported even if there is no quiet. */
const LONGEST = 200

const CONVENTION = /^(components|pages|streams)(\/|$)/
const CODE = /\.([cm]?[jt]sx?|json|css)$/
const IGNORED = /^(node_modules|test|coverage|dist)$|^\./

/**
 * Calls `changed` with the files that changed, relative to `root`: all of the convention folders,
 * code elsewhere. Folders that come later are watched from then on.
 *
 * One watch per top-level folder, because a recursive one of the root would hold a kernel watch for
 * every folder of node_modules.
 */
export function watchApp(root: string, changed: (files: readonly string[]) => void): () => void {
  const watchers = new Map<string, FSWatcher>()
  const files = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let first = 0

  function note(file: string): void {
    if (!CONVENTION.test(file) && !CODE.test(file)) return
    if (/(^|\/)[.#]|[~#]$/.test(file)) return
    if (files.size === 0) first = performance.now()
    files.add(file)
    if (performance.now() - first > LONGEST) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      const all = [...files]
      files.clear()
      changed(all)
    }, QUIET)
  }

  function addFolders(): void {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !IGNORED.test(entry.name))
      .map(({ name }) => name)
    for (const name of folders) {
      if (watchers.has(name)) continue
      watchers.set(
        name,
        watch(join(root, name), { recursive: true }, (_, file) => note(`${name}/${file ?? ''}`)),
      )
    }
    for (const [name, watcher] of watchers) {
      if (name === '.' || folders.includes(name)) continue
      watcher.close()
      watchers.delete(name)
    }
  }

  watchers.set(
    '.',
    watch(root, (_, file) => {
      addFolders()
      if (file !== null && !IGNORED.test(file)) note(file)
    }),
  )
  addFolders()
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
  }
}
