import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { Elysia } from 'elysia'
import { HttpError, rivulet } from 'rivulet'
import { fixture } from '../fixture.ts'

const files = {
  'pages/index.tsx': 'export default () => <p>home</p>',
  'pages/form.tsx': `import { action } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { text: z.string().min(1) } }, () => {})
export default () => <p>form</p>`,
  'pages/broken.tsx': 'export default () => { throw new Error("broken") }',
  'streams/ticks.tsx': `import { append, def, stream } from 'rivulet'
export default stream({ events: { tick: append(def({}, () => <b />)) } })`,
}
const browser = { accept: 'text/html' }

const log = spyOn(console, 'error').mockImplementation(() => {})
afterAll(() => log.mockRestore())

type Handler = { handle(request: Request): Response | Promise<Response> }

async function send(app: Handler, path: string, init?: RequestInit): Promise<Response> {
  return app.handle(new Request(`http://localhost${path}`, init))
}

describe('html() of @elysiajs/html', () => {
  const made = fixture(files).then((root) =>
    rivulet({ root })
      .get('/api/html', ({ html }) => html('<b>x</b>'))
      .get('/api/document', ({ html }) => html('<html><body>x</body></html>'))
      .get('/api/user', () => '<b>typed by a user</b>')
      .get('/api/json', () => ({ ok: true })),
  )

  test.each([
    ['/api/html', '<b>x</b>', 'text/html; charset=utf8'],
    ['/api/document', '<!doctype html><html><body>x</body></html>', 'text/html; charset=utf8'],
    ['/api/user', '<b>typed by a user</b>', 'text/plain;charset=utf-8'],
    ['/api/json', '{"ok":true}', 'application/json;charset=utf-8'],
  ])('%s', async (path, text, type) => {
    const app = await made
    await app.modules
    app.listen({ port: 0, reusePort: false })
    const response = await fetch(`http://localhost:${app.server?.port}${path}`)
    expect(await response.text()).toBe(text)
    expect(response.headers.get('content-type')).toBe(type)
    await app.stop(true)
  })
})

/** A plugin as they are: hooks for everybody, headers, cookies, values. */
const plugin = new Elysia({ name: 'visits' })
  .derive({ as: 'global' }, ({ headers }) => ({ visitor: headers['x-visitor'] ?? 'nobody' }))
  .onBeforeHandle({ as: 'global' }, ({ set, cookie, visitor }) => {
    set.headers['x-plugin'] = visitor
    cookie['seen']?.set({ value: 'yes' })
    if (visitor === 'banned') return new Response('You are banned.', { status: 403 })
    if (visitor === 'unknown') throw new HttpError(401, 'Who are you?')
    if (visitor === 'worst') throw new Error('plugin broke')
    return undefined
  })

describe('a plugin', () => {
  const shapes = {
    'used by the app': (root: string) => rivulet({ root }).use(plugin),
    'beside the app': (root: string) => new Elysia().use(plugin).use(rivulet({ root })),
    'after the app': (root: string) => new Elysia().use(rivulet({ root })).use(plugin),
  }

  describe.each(Object.entries(shapes))('%s', (_, make) => {
    const made = fixture(files).then(async (root) => {
      const app = make(root).get('/api', ({ visitor }) => visitor)
      await app.modules
      return app
    })
    const visit = async (
      path: string,
      visitor: string,
      init: RequestInit = {},
    ): Promise<Response> =>
      send(await made, path, { ...init, headers: { 'x-visitor': visitor, ...browser } })

    test.each([
      ['/', 'GET', 200, 'text/html; charset=utf-8'],
      ['/form', 'POST', 422, 'text/html; charset=utf-8'],
      ['/sse/ticks', 'GET', 200, 'text/html; charset=utf-8'],
      ['/healthz', 'GET', 200, undefined],
    ])('adds its headers and cookies to %s', async (path, method, status, type) => {
      const body = method === 'POST' ? new URLSearchParams() : null
      const response = await visit(path, 'ada', { method, body })
      expect(response.status).toBe(status)
      expect(response.headers.get('x-plugin')).toBe('ada')
      expect(response.headers.get('set-cookie')).toBe('seen=yes; Path=/')
      if (type !== undefined) expect(response.headers.get('content-type')).toBe(type)
    })

    test('of one visitor are not those of the next', async () => {
      await visit('/', 'ada')
      const response = await visit('/', 'bob')
      expect(response.headers.get('x-plugin')).toBe('bob')
      expect(response.headers.getSetCookie()).toEqual(['seen=yes; Path=/'])
    })

    test('gives its values to other routes', async () => {
      expect(await (await visit('/api', 'ada')).text()).toBe('ada')
    })

    test('may answer instead of a page', async () => {
      const response = await visit('/', 'banned')
      expect([response.status, await response.text()]).toEqual([403, 'You are banned.'])
    })

    test('that throws an HttpError is shown in the error page', async () => {
      const response = await visit('/', 'unknown')
      expect(response.status).toBe(401)
      expect(await response.text()).toContain('<h1>401</h1><p>Who are you?</p>')
    })

    test('that throws anything else in front of a page is, too', async () => {
      const response = await visit('/', 'worst')
      expect(response.status).toBe(500)
      expect(await response.text()).toContain('<pre>Error: plugin broke')
    })

    test('answers an unknown address with a page', async () => {
      const response = await visit('/nope', 'ada')
      expect(response.status).toBe(404)
      expect(await response.text()).toContain('<h1>404</h1>')
    })
  })
})

test('an app inside another one is in the place of its routes once', async () => {
  const root = await fixture(files)
  const app = new Elysia().use(rivulet({ root }).get('/own', () => 'own')).get('/theirs', () => 'x')
  await app.modules
  expect(app.routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'GET /',
    'GET /assets/*',
    'GET /broken',
    'GET /form',
    'GET /healthz',
    'GET /metrics',
    'GET /own',
    'GET /readyz',
    'GET /sse',
    'GET /sse/ticks',
    'GET /theirs',
    'POST /form',
  ])
})

describe('headers of every page', () => {
  test.each([
    [undefined, "script-src 'self'; object-src 'none'; base-uri 'self'"],
    ["default-src 'self'", "default-src 'self'"],
    [false as const, null],
  ])('with csp: %p', async (csp, policy) => {
    const app = rivulet({ root: await fixture(files), ...(csp !== undefined && { csp }) })
    await app.modules
    const { headers } = await send(app, '/')
    expect(headers.get('content-security-policy')).toBe(policy)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

test('the scripts that a page loads are all its own', async () => {
  const root = await fixture({
    'pages/index.tsx': `import { Head } from 'rivulet'
export default () => <html lang="en"><Head title="T"><link rel="me" href="/" /></Head></html>`,
    'components/a.css': 'a {}',
  })
  const app = rivulet({ root })
  await app.modules
  const html = await (await send(app, '/')).text()
  const urls = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
  expect(urls.length).toBeGreaterThan(3)
  for (const url of urls) expect((await send(app, url)).status).toBe(200)
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=|javascript:/)
})

const before = process.env['NODE_ENV']
afterAll(() => {
  process.env['NODE_ENV'] = before
})

test.each([
  ['production', false],
  ['development', true],
])('NODE_ENV=%s shows errors: %p', async (environment, shown) => {
  process.env['NODE_ENV'] = environment
  const app = rivulet({ root: await fixture(files) })
  await app.modules
  const html = await (await send(app, '/broken')).text()
  expect(html.includes('<pre>Error: broken')).toBe(shown)
})
