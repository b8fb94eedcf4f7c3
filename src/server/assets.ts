import { join } from 'node:path'
import { Glob } from 'bun'
import { nearest } from '../component/nearest.ts'
import type { Assets } from '../component/render-context.ts'
import { clientScript } from './client-script.ts'
import type { Host } from './host.ts'

/** What a URL below `/assets/` answers. */
export type AssetBody = Blob

/** The files of an app that browsers load, by URL. */
export interface AssetStore extends Assets {
  readonly files: ReadonlyMap<string, AssetBody>
}

/**
 * Collects the files beside the components (everything but code) and Rivulet's own scripts.
 *
 * A URL holds a hash of the content, so browsers may keep what they got for good.
 */
export async function loadAssets(root: string, host: Host | undefined): Promise<AssetStore> {
  const files = new Map<string, AssetBody>()
  const urls = new Map<string, string>()
  async function add(name: string, body: Blob): Promise<string> {
    const hash = Bun.hash(await body.arrayBuffer()).toString(36)
    const path = name.split('/').map(encodeURIComponent).join('/')
    const url = `/assets/${path.replace(/(\.[^./]*)?$/, `-${hash}$1`)}`
    files.set(url, body)
    urls.set(name, url)
    return url
  }

  const styles: string[] = []
  for (const name of componentFiles(root)) {
    const url = await add(name, Bun.file(join(root, 'components', name)))
    if (name.endsWith('.css')) styles.push(url)
  }
  const scripts: string[] = []
  for (const [name, module] of CLIENT) {
    scripts.push(await add(`rivulet/${name}`, Bun.file(Bun.resolveSync(module, import.meta.dir))))
  }
  const page = new Blob([await clientScript('page.ts')], { type: 'text/javascript;charset=utf-8' })
  scripts.push(await add('rivulet/page.js', page), ...(host?.scripts ?? []))

  return {
    files,
    styles,
    scripts,
    url(name: string): string {
      const url = urls.get(name)
      if (url !== undefined) return url
      const meant = nearest(name, [...urls.keys()])
      throw new Error(`There is no asset "${name}"${meant ? `; did you mean "${meant}"?` : '.'}

Expected: a file in components/, by its path there
Got: ${name}`)
    },
  }
}

/** Answers a URL below `/assets/`. */
export function assetResponse({ files }: AssetStore, path: string): Response | undefined {
  const body = files.get(path)
  if (body === undefined) return undefined
  return new Response(body, {
    headers: {
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** htmx and its extension come from node_modules: no page needs a foreign server. */
const CLIENT = [
  ['htmx.js', 'htmx.org/dist/htmx.min.js'],
  ['sse.js', 'htmx-ext-sse/dist/sse.min.js'],
] as const

function componentFiles(root: string): string[] {
  try {
    return [...new Glob('**/*').scanSync({ cwd: join(root, 'components') })]
      .map((found) => found.replaceAll('\\', '/'))
      .filter((found) => !/\.[cm]?[jt]sx?$/.test(found))
      .toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
