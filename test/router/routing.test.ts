import { afterAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { rivulet } from 'rivulet'
import { fixture } from '../fixture.ts'

// Elysia routes what `handle` is given; on a listening server Bun's own router takes its place for most
// routes. Both have to say the same.

const says = (text: string): string => `export default () => <p>${text}</p>`
const params = `export default ({ params }) => <p>{Object.entries(params).join(' ')}</p>`

const root = await fixture({
  'pages/index.tsx': says('home'),
  'pages/blog/index.tsx': says('blog'),
  'pages/blog/[slug].tsx': params,
  'pages/blog/new.tsx': says('new'),
  'pages/blog/new/preview.tsx': says('preview'),
  'pages/blog/[slug]/edit.tsx': params,
  'pages/(shop)/cart.tsx': says('cart'),
  'pages/docs/[...path].tsx': params,
  'pages/docs/intro.tsx': says('intro'),
  'pages/sitemap.xml.tsx': `export default () => new Response('<urlset/>')`,
  'pages/_hidden.tsx': says('hidden'),
  'pages/-draft.tsx': says('draft'),
  'pages/_lib/deep.tsx': says('deep'),
  'pages/blog/[slug].client.ts': 'throw new Error("runs in browsers only")',
  'pages/blog/index.test.tsx': 'throw new Error("is a test")',
  'pages/blog/index.spec.ts': 'throw new Error("is a test")',
  'pages/blog/types.d.ts': 'export type Blog = string',
  'pages/notes.md': '# Notes',
})
const app = rivulet({ root })
await app.modules
app.listen({ port: 0, reusePort: false })
afterAll(() => app.stop(true))

const ways = {
  'without a server': async (path: string, init?: RequestInit) =>
    app.handle(new Request(`http://localhost${path}`, init)),
  'from a server': async (path: string, init?: RequestInit) =>
    fetch(`http://localhost:${app.server?.port}${path}`, { redirect: 'manual', ...init }),
}

describe.each(Object.entries(ways))('%s', (_, send) => {
  test.each([
    ['/', '<p>home</p>'],
    ['/?q=1', '<p>home</p>'],
    ['/blog', '<p>blog</p>'],
    ['/blog/', '<p>blog</p>'],
    ['/blog/hello', '<p>slug,hello</p>'],
    ['/blog/hello/', '<p>slug,hello</p>'],
    ['/blog/new', '<p>new</p>'],
    ['/blog/new/', '<p>new</p>'],
    ['/blog/newer', '<p>slug,newer</p>'],
    ['/blog/new/preview', '<p>preview</p>'],
    ['/blog/new/edit', '<p>slug,new</p>'],
    ['/cart', '<p>cart</p>'],
    ['/docs/intro', '<p>intro</p>'],
    ['/docs/a', '<p>path,a</p>'],
    ['/docs/a/b/c', '<p>path,a/b/c</p>'],
    ['/sitemap.xml', '<urlset/>'],
    ['/blog/caf%C3%A9', '<p>slug,café</p>'],
    ['/blog/a%20b', '<p>slug,a b</p>'],
    ['/blog/a+b', '<p>slug,a+b</p>'],
    ['/blog/a%2Fb', '<p>slug,a/b</p>'],
    ['/blog/..%2f..%2fetc', '<p>slug,../../etc</p>'],
    ['/blog/%3Cb%3E', '<p>slug,&lt;b&gt;</p>'],
    ['/blog/%EF%BF%BD', '<p>slug,\uFFFD</p>'],
    ['/docs/a%20b/caf%C3%A9', '<p>path,a b/café</p>'],
    [`/blog/${'x'.repeat(8000)}`, `<p>slug,${'x'.repeat(8000)}</p>`],
  ])('%.40s is answered', async (path, html) => {
    const response = await send(path)
    expect(await response.text()).toBe(html)
    expect(response.status).toBe(200)
  })

  test.each([
    '/nope',
    '/index',
    '/blog/a/b',
    '/shop/cart',
    '/(shop)/cart',
    '/docs',
    '/docs/',
    '/_hidden',
    '/-draft',
    '/_lib/deep',
    '/blog/[slug]/x',
    '/notes',
    '/notes.md',
    '/blog/a/../../etc/passwd',
  ])('%s is not found', async (path) => {
    expect((await send(path)).status).toBe(404)
  })

  test.each(['/blog/%E0%A4%A', '/blog/%', '/blog/a%FFb', '/docs/a/%zz', '/docs/%80'])(
    '%s is not well-formed',
    async (path) => {
      const response = await send(path)
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('This address is not well-formed.')
    },
  )

  test.each(['/', '/blog', '/blog/', '/blog/x', '/docs/a/b'])(
    'HEAD %s answers as GET does, without a body',
    async (path) => {
      const get = await send(path)
      const head = await send(path, { method: 'HEAD' })
      expect(head.status).toBe(200)
      expect(await head.text()).toBe('')
      expect(head.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(head.headers.get('content-security-policy')).not.toBeNull()
      expect(head.headers.get('content-length')).toBe(String((await get.text()).length))
    },
  )
})

test('a URL that is too long for a server is refused before it costs anything', async () => {
  expect(await status(`/blog/${'x'.repeat(40_000)}`)).toBe(
    'HTTP/1.1 431 Request Header Fields Too Large',
  )
})

test('a path as only a socket can send it leads nowhere', async () => {
  expect(await status('//')).toBe('HTTP/1.1 404 Not Found')
  expect(await status('/blog/../../../etc/passwd')).toBe('HTTP/1.1 404 Not Found')
  expect(await status('/assets/../../package.json')).toBe('HTTP/1.1 404 Not Found')
})

/** The status line for a path that no client would send: fetch takes the dots out. */
function status(path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(app.server?.port ?? 0, 'localhost')
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString()))
  socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
  socket.on('error', reject)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  return promise
}
