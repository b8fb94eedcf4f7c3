/** The public registry, or the one this machine installs from. */
export const upstream = new URL(
  process.env.BUN_CONFIG_REGISTRY ??
    process.env.npm_config_registry ??
    'https://registry.npmjs.org/',
)

/**
 * Starts a package registry on loopback that has the packages in `tarballs` (as `bun pm pack` makes
 * them) and asks {@link upstream} for all others.
 */
export async function startRegistry(tarballs: readonly string[]) {
  const packed = new Map<string, { manifest: Manifest; bytes: Uint8Array<ArrayBuffer> }>()
  for (const path of tarballs) {
    const bytes = await Bun.file(path).bytes()
    const manifest = await readManifest(bytes)
    packed.set(`/${manifest.name}`, { manifest, bytes })
  }

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const url = new URL(request.url)
      const [name = '', file] = decodeURIComponent(url.pathname).split('/-/')
      const found = packed.get(name)
      if (found === undefined) return forward(request)
      if (file !== undefined) return new Response(found.bytes)
      return Response.json(packument(found.manifest, found.bytes, `${url.origin}${name}`))
    },
  })
  return { url: server.url.href, stop: () => server.stop(true) }
}

type Manifest = { name: string; version: string }

async function readManifest(tarball: Uint8Array<ArrayBuffer>): Promise<Manifest> {
  const files = await new Bun.Archive(tarball).files('package/package.json')
  const manifest = files.get('package/package.json')
  if (manifest === undefined) throw new Error('The tarball has no package/package.json.')
  return JSON.parse(await manifest.text())
}

/** What a registry answers about a package: https://github.com/npm/registry/blob/main/docs/responses */
function packument(manifest: Manifest, tarball: Uint8Array<ArrayBuffer>, url: string) {
  const { name, version } = manifest
  const dist = {
    tarball: `${url}/-/${version}.tgz`,
    integrity: `sha512-${new Bun.CryptoHasher('sha512').update(tarball).digest('base64')}`,
  }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }
}

/** The answer names upstream's own tarballs, so only the descriptions of packages pass through here. */
function forward(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const base = upstream.href.replace(/\/$/, '')
  const accept = request.headers.get('accept') ?? '*/*'
  return fetch(`${base}${pathname}${search}`, { headers: { accept }, signal: request.signal })
}
