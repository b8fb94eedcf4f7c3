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
  /** Those of them that are held in memory, and worth packing. */
  readonly texts: ReadonlySet<AssetBody>
}

/**
 * Whether the tabs of a browser share one connection; or a function of a page's request that answers a
 * key, of the session, say: tabs with the same key share, and with `undefined` none.
 */
export type Share = boolean | ((request: Request) => string | undefined)

/** Which scripts every page loads. */
export interface ScriptOptions {
  /** The major of htmx. Default 4. */
  readonly htmx?: 2 | 4
  /** Which tabs of a browser share one connection. Default: none. */
  readonly share?: Share
  /** Milliseconds between two comments on a quiet stream. Default 15,000. */
  readonly heartbeat?: number
  /** The most topics on one connection. Default 100. */
  readonly topics?: number
}

/** What gets much smaller when it is packed; pictures and fonts are already. */
const TEXTS = /^(text\/|image\/svg|application\/([\w.-]+\+)?(json|xml|javascript)\b)/

/** A larger one is read from its file each time; in bytes. */
const LARGEST_TEXT = 1024 * 1024

/**
 * Collects the files beside the components (everything but code) and Rivulet's own scripts.
 *
 * A URL holds a hash of the content, so browsers may keep what they got for good.
 */
export async function loadAssets(
  root: string,
  host: Host | undefined,
  { htmx = 4, share = false, heartbeat = 15_000, topics = 100 }: ScriptOptions = {},
): Promise<AssetStore> {
  const files = new Map<string, AssetBody>()
  const texts = new Set<AssetBody>()
  const urls = new Map<string, string>()
  async function add(name: string, body: Blob): Promise<string> {
    const bytes = await body.arrayBuffer()
    const hash = Bun.hash(bytes).toString(36)
    const path = name.split('/').map(encodeURIComponent).join('/')
    const url = `/assets/${path.replace(/(\.[^./]*)?$/, `-${hash}$1`)}`
    const isText = TEXTS.test(body.type) && bytes.byteLength <= LARGEST_TEXT
    // The bytes that the hash in the URL is of, whatever becomes of the file.
    const kept = isText ? new Blob([bytes], { type: body.type }) : body
    if (isText) texts.add(kept)
    files.set(url, kept)
    urls.set(name, url)
    return url
  }

  const styles: string[] = []
  for (const name of componentFiles(root)) {
    const url = await add(name, Bun.file(join(root, 'components', name)))
    if (name.endsWith('.css')) styles.push(url)
  }
  const module = Bun.resolveSync(HTMX[htmx], import.meta.dir)
  const scripts = [await add('rivulet/htmx.js', Bun.file(module))]
  async function addScript(name: string): Promise<string> {
    const code = await clientScript(`${name}.ts`)
    return add(`rivulet/${name}.js`, new Blob([code], { type: 'text/javascript;charset=utf-8' }))
  }
  for (const name of ['sse', 'page']) scripts.push(await addScript(name))
  scripts.push(...(host?.scripts ?? []))

  return {
    files,
    texts,
    styles,
    scripts,
    htmx,
    share: share === false ? undefined : { script: await addScript('share'), key: keyOf(share) },
    // What differs from its own defaults (src/client/settings.ts).
    client: {
      ...(heartbeat > 15_000 && { silence: 3 * heartbeat }),
      ...(topics < 100 && { topics }),
    },
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

function keyOf(share: Exclude<Share, false>): (request: Request) => string | undefined {
  if (share === true) return () => ''
  return (request) => {
    const key: unknown = share(request)
    if (key === undefined || typeof key === 'string') return key
    throw new TypeError(`share of rivulet() answered what cannot tell sessions apart.

Expected: a string, or undefined for a page that shares nothing
Got: ${typeof key}`)
  }
}

/** Throws for a major of htmx that there is none of; programs without types may say anything. */
export function checkHtmx(htmx: unknown): void {
  if (htmx === 2 || htmx === 4) return
  throw new RangeError(`htmx of rivulet() is no version that pages can load.

Expected: 4 or 2
Got: ${typeof htmx === 'string' ? JSON.stringify(htmx) : String(htmx)}`)
}

/** htmx comes from node_modules: no page needs a foreign server. */
const HTMX = { 2: 'htmx.org/dist/htmx.min.js', 4: 'htmx4/dist/htmx.min.js' } as const

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
