import { rm } from 'node:fs/promises'
import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { asset, rivulet } from 'rivulet'
import { createTestApp, type TestApp } from 'rivulet/testing'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { loadAssets, type ScriptOptions } from '../../src/server/assets.ts'
import { fixture } from '../fixture.ts'

const NAMES = ['logo.svg', 'deep/logo.svg', 'my icon (2).png', 'café.txt', 'data.json', 'LICENSE']
const files = {
  ...Object.fromEntries(NAMES.map((name) => [`components/${name}`, `bytes of ${name}`])),
  'components/site.css': 'p { color: red }',
  'components/long.txt': 'x'.repeat(1024 * 1024 + 1),
  'components/deep/more.css': 'p { color: blue }',
  'components/Card.tsx': 'export const secret = 1',
  'components/Card.ts': 'export const secret = 1',
  'components/card.mjs': 'export const secret = 1',
  'secret.txt': 'secret',
  'pages/index.tsx': `import { asset } from 'rivulet'
export default ({ query }) => <p>{asset(query.name)}</p>`,
  'pages/head.tsx': `import { Head } from 'rivulet'
export default () => <html lang="en"><Head /></html>`,
}
const root = await fixture(files)
const app = await createTestApp({ root })
afterAll(() => app.close())

async function urlOf(name: string): Promise<string> {
  const html = await (await app.fetch(`/?name=${encodeURIComponent(name)}`)).text()
  return html.slice('<p>'.length, -'</p>'.length)
}

describe('a file in components/', () => {
  test.each([
    ['logo.svg', 'image/svg+xml'],
    ['deep/logo.svg', 'image/svg+xml'],
    ['my icon (2).png', 'image/png'],
    ['café.txt', 'text/plain;charset=utf-8'],
    ['data.json', 'application/json;charset=utf-8'],
    ['site.css', 'text/css;charset=utf-8'],
    ['LICENSE', 'application/octet-stream'],
  ])('%s is there for good', async (name, type) => {
    const response = await app.fetch(await urlOf(name))
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-type')).toBe(type)
    if (name !== 'site.css') expect(await response.text()).toBe(`bytes of ${name}`)
  })

  test('has a URL that says what is in it', async () => {
    expect(await urlOf('my icon (2).png')).toMatch(/^\/assets\/my%20icon%20\(2\)-[0-9a-z]+\.png$/)
    const changed = await createTestApp({
      root: await fixture({ ...files, 'components/logo.svg': 'other bytes' }),
    })
    const url = await (await changed.fetch('/?name=logo.svg')).text()
    expect(url).not.toBe(`<p>${await urlOf('logo.svg')}</p>`)
    expect(url).toMatch(/^<p>\/assets\/logo-[0-9a-z]+\.svg<\/p>$/)
    expect(await (await changed.fetch('/?name=data.json')).text()).toBe(
      `<p>${await urlOf('data.json')}</p>`,
    )
    await changed.close()
  })

  test('may be asked for by HEAD', async () => {
    const response = await app.fetch(await urlOf('logo.svg'), { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  test.each(['Card.tsx', 'card.mjs', 'nope.svg', '../secret.txt', '__proto__', 'logo.sgv'])(
    '%s is none',
    async (name) => {
      const log = spyOn(console, 'error').mockImplementation(() => {})
      expect((await app.fetch(`/?name=${name}`)).status).toBe(500)
      const meant = name === 'logo.sgv' ? '; did you mean "logo.svg"?' : ''
      expect(String(log.mock.calls[0]?.[1])).toContain(`There is no asset "${name}"${meant}`)
      log.mockRestore()
    },
  )
})

describe('what browsers load', () => {
  const get = async (name: string, accept?: string, method = 'GET'): Promise<Response> =>
    app.fetch(await urlOf(name), { method, headers: accept ? { 'accept-encoding': accept } : {} })

  test.each(['gzip', 'br, gzip;q=0.5', 'GZIP, identity;q=0', 'deflate,x-gzip'])(
    'is gzipped for who accepts %j',
    async (accept) => {
      const response = await get('site.css', accept)
      expect(response.headers.get('content-encoding')).toBe('gzip')
      expect(response.headers.get('vary')).toBe('accept-encoding')
      expect(response.headers.get('content-type')).toBe('text/css;charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      const bytes = Bun.gunzipSync(await response.arrayBuffer())
      expect(new TextDecoder().decode(bytes)).toBe('p { color: red }')
    },
  )

  test.each([undefined, '', 'br', 'gzip;q=0', 'br, gzip; q=0.000, deflate', 'gzippy'])(
    'is as it is for who accepts %j',
    async (accept) => {
      const response = await get('site.css', accept)
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(response.headers.get('vary')).toBe('accept-encoding')
      expect(await response.text()).toBe('p { color: red }')
    },
  )

  test.each([
    ['logo.svg', true],
    ['data.json', true],
    ['café.txt', true],
    ['my icon (2).png', false],
    ['LICENSE', false],
    ['long.txt', false],
  ])('%s is gzipped: %p', async (name, isPacked) => {
    const response = await get(name, 'gzip')
    expect(response.headers.get('content-encoding')).toBe(isPacked ? 'gzip' : null)
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0)
  })

  test('is what it was when its URL was made, whatever becomes of the file', async () => {
    const folder = await fixture({ ...files, 'components/site.css': 'p { color: green }' })
    const changing = await createTestApp({ root: folder })
    const html = await (await changing.fetch('/?name=site.css')).text()
    const url = html.slice('<p>'.length, -'</p>'.length)
    for (const change of [
      () => rm(`${folder}/components/site.css`),
      () => Bun.write(`${folder}/components/site.css`, 'p {}'),
    ]) {
      await change()
      expect(await (await changing.fetch(url)).text()).toBe('p { color: green }')
      const zipped = await changing.fetch(url, { headers: { 'accept-encoding': 'gzip' } })
      const bytes = Bun.gunzipSync(await zipped.arrayBuffer())
      expect(new TextDecoder().decode(bytes)).toBe('p { color: green }')
    }
    await changing.close()
  })

  test('the extension comes in at most 4 KB', async () => {
    const html = await (await app.fetch('/head')).text()
    const url = /src="([^"]+\/sse-[^"]+)"/.exec(html)?.[1]
    const response = await app.fetch(url!, { headers: { 'accept-encoding': 'gzip' } })
    expect((await response.arrayBuffer()).byteLength).toBeWithin(1024, 4097)
  })
})

test('every page links every stylesheet, then the scripts of Rivulet', async () => {
  const html = await (await app.fetch('/head')).text()
  const links = [...html.matchAll(/(?:href|src)="([^"]+)-[0-9a-z]+(\.[a-z]+)"/g)]
  expect(links.map(([, name, ending]) => `${name}${ending}`)).toEqual([
    '/assets/deep/more.css',
    '/assets/site.css',
    '/assets/rivulet/htmx.js',
    '/assets/rivulet/sse.js',
    '/assets/rivulet/page.js',
  ])
})

describe('the scripts of Rivulet', () => {
  /** The URLs and texts of what pages load, for these options. */
  async function load(options?: ScriptOptions): Promise<{ url: string; text: string }[]> {
    const { scripts, files } = await loadAssets(await fixture(), undefined, options)
    return Promise.all(scripts.map(async (url) => ({ url, text: await files.get(url)!.text() })))
  }

  test.each([
    [undefined, 'version="4.'],
    [{ htmx: 2 }, 'version:"2.'],
    [{ htmx: 4 }, 'version="4.'],
  ] as const)('are for htmx %p', async (options, version) => {
    const [htmx] = await load(options)
    expect(htmx?.text).toContain(version)
  })

  test('tabs share a connection where that is asked for; it is loaded before what it changes', async () => {
    const sharing = await createTestApp({ root, share: true })
    const html = await (await sharing.fetch('/head')).text()
    const scripts = [...html.matchAll(/<script src="[^"]+\/(\w+)-[0-9a-z]+\.js"([^>]*)>/g)]
    expect(scripts.map(([, name, rest]) => `${name}${rest}`)).toEqual([
      'share data-key="" defer',
      'htmx defer',
      'sse defer',
      'page defer',
    ])
    await sharing.close()
  })

  test('who may share is a function of the request', async () => {
    const log = spyOn(console, 'error').mockImplementation(() => undefined)
    const sharing = await createTestApp({
      root,
      share: (request) =>
        ({ '/head?1': 'a "key"', '/head?2': undefined, '/head?3': 3 as never })[
          request.url.slice(request.url.indexOf('/head'))
        ],
    })
    const script = async (query: number): Promise<string | undefined> =>
      /<script src="[^"]+\/share-[^>]*>/.exec(
        await (await sharing.fetch(`/head?${query}`)).text(),
      )?.[0]
    expect(await script(1)).toEndWith(' data-key="a &quot;key&quot;" defer>')
    expect(await script(2)).toBeUndefined()
    expect((await sharing.fetch('/head?3')).status).toBe(500)
    expect(String(log.mock.calls[0]?.[1])).toContain('Expected: a string, or undefined')
    log.mockRestore()
    await sharing.close()
  })

  test('are told what is not as they take for granted, of the server and of the page', async () => {
    const root = await fixture({
      'pages/usual.tsx': `import { Head } from 'rivulet'
export default () => <html lang="en"><Head /></html>`,
      'pages/index.tsx': `import { Head } from 'rivulet'
export default () => <html lang="en"><Head live={{ hidden: 0, longest: 60_000 }} /></html>`,
      'pages/wrong.tsx': `import { Head } from 'rivulet'
export default () => <html lang="en"><Head live={{ hide: 0 } as object} /></html>`,
    })
    const settingsOf = async (app: TestApp, path: string): Promise<string | undefined> =>
      /<meta name="rivulet"[^>]*>/.exec(await (await app.fetch(path)).text())?.[0]
    const app = await createTestApp({ root })
    expect(await settingsOf(app, '/usual')).toBeUndefined()
    expect(await settingsOf(app, '/')).toBe(
      '<meta name="rivulet" data-hidden="0" data-longest="60000">',
    )
    const log = spyOn(console, 'error').mockImplementation(() => undefined)
    expect((await app.fetch('/wrong')).status).toBe(500)
    expect(String(log.mock.calls[0]?.[1])).toContain('Unrecognized key: "hide"')
    log.mockRestore()
    await app.close()
    const slow = await createTestApp({ root, heartbeat: 60_000, limits: { topics: 20 } })
    expect(await settingsOf(slow, '/')).toBe(
      '<meta name="rivulet" data-silence="180000" data-topics="20" data-hidden="0" data-longest="60000">',
    )
    await slow.close()
  })

  test('those of a host come last', async () => {
    const host = { broker: createMemoryBroker(), scripts: ['/rivulet/dev.js'] }
    const { scripts } = await loadAssets(await fixture(), host)
    expect(scripts.at(-1)).toBe('/rivulet/dev.js')
  })
})

test.each([
  '/assets/',
  '/assets/logo.svg',
  '/assets/logo-x.svg',
  '/assets/../secret.txt',
  '/assets/..%2fsecret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/....//secret.txt',
  '/assets/%00',
  '/assets/%',
  '/assets/Card.tsx',
])('%s is not there', async (path) => {
  expect((await app.fetch(path)).status).toBe(404)
})

test('a listening server says the same', async () => {
  const root = await fixture(files)
  const server = rivulet({ root })
  await server.modules
  server.listen({ port: 0, reusePort: false })
  const origin = `http://localhost:${server.server?.port}`
  const response = await fetch(origin + (await urlOf('café.txt')))
  expect(await response.text()).toBe('bytes of café.txt')
  expect(response.headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${origin}/assets/nope`)).status).toBe(404)
  await server.stop(true)
})

test('asset() outside of a page says where it belongs', () => {
  expect(() => asset('logo.svg')).toThrow('asset("logo.svg") needs a page')
})
