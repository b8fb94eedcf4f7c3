import { afterAll, describe, expect, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const root = await fixture({
  'pages/component.tsx': `import { def } from 'rivulet'
export default def({}, () => <p>a component</p>)`,
  'pages/users/[id].tsx': `import { def } from 'rivulet'
import { z } from 'zod'
export default def({ id: z.coerce.number().int() }, ({ id }) => <p>{typeof id} {id}</p>)`,
  'pages/plain/[name].tsx': `export default ({ params, query, url, request }) =>
  <p>{params.name} {JSON.stringify(query)} {url.pathname} {request.method}</p>`,
  'pages/search.tsx': `import { page } from 'rivulet'
import { z } from 'zod'
const query = { q: z.string().max(9).default('all'), tag: z.array(z.string()), at: z.coerce.number().optional(), cheap: z.boolean().optional(), ids: z.array(z.number()).optional() }
export default page({ query }, ({ query }) => <p>{JSON.stringify(query)}</p>)`,
  'pages/titled/_layout.tsx': `export default ({ title, children }) => <div title={title}>{children}</div>`,
  'pages/titled/fixed.tsx': `import { page } from 'rivulet'
export default page({ title: 'Fixed' }, () => <p />)`,
  'pages/titled/[name].tsx': `import { page } from 'rivulet'
import { z } from 'zod'
export default page({ params: { name: z.string().toUpperCase() }, title: ({ params }) => params.name }, () => <p />)`,
  'pages/headers.tsx': `import { page } from 'rivulet'
export default page({ headers: { 'Cache-Control': 'private', 'Content-Security-Policy': 'x' } }, () => <p />)`,
  'pages/async.tsx': `import { def, page } from 'rivulet'
const Slow = def({}, async () => { await Bun.sleep(1); return <b>slow</b> })
export default page({}, async () => { await Bun.sleep(1); return <p><Slow /></p> })`,
  'pages/text.tsx': `export default () => '<b>text</b>'`,
  'pages/nothing.tsx': 'export default () => null',
  'pages/whole.tsx': 'export default () => <html lang="en"><body>whole</body></html>',
  'pages/response.tsx': `export default () => Response.json({ ok: true }, { status: 201 })`,
  'pages/away.tsx': `import { redirect } from 'rivulet'
export default () => redirect('/text', 307)`,
  'pages/guarded.tsx': `import { redirect } from 'rivulet'
function Guard() { throw redirect('/login') }
export default () => <Guard />`,
  'pages/missing.tsx': `import { notFound } from 'rivulet'
export default async () => { throw notFound('No such thing.') }`,
  'pages/teapot.tsx': `import { HttpError } from 'rivulet'
export default () => { throw new HttpError(418, 'Short <and> stout') }`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

const html = async (path: string): Promise<string> => (await app.fetch(path)).text()

describe('what a page may be', () => {
  test.each([
    ['/component', '<p>a component</p>'],
    ['/users/7', '<p>number 7</p>'],
    ['/plain/ada?a=1&a=2', '<p>ada {&quot;a&quot;:&quot;2&quot;} /plain/ada GET</p>'],
    ['/plain/ada', '<p>ada {} /plain/ada GET</p>'],
    ['/async', '<p><b>slow</b></p>'],
    ['/text', '&lt;b&gt;text&lt;/b&gt;'],
    ['/nothing', ''],
    ['/whole', '<!doctype html><html lang="en"><body>whole</body></html>'],
  ])('%s', async (path, expected) => {
    const response = await app.fetch(path)
    expect(await response.text()).toBe(expected)
    expect(response.status).toBe(200)
    expect(response.headers.toJSON()).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "script-src 'self'; object-src 'none'; base-uri 'self'",
      'x-content-type-options': 'nosniff',
    })
  })
})

describe('params and query', () => {
  test('a param that does not fit is a 404', async () => {
    expect((await app.fetch('/users/ada')).status).toBe(404)
  })

  test.each([
    ['', { q: 'all', tag: [] }],
    ['?q=x&other=1', { q: 'x', tag: [] }],
    ['?tag=a', { q: 'all', tag: ['a'] }],
    ['?tag=a&tag=b&at=3', { q: 'all', tag: ['a', 'b'], at: 3 }],
    ['?at=&q=', { q: 'all', tag: [] }],
    ['?cheap=on&ids=1&ids=2', { q: 'all', tag: [], cheap: true, ids: [1, 2] }],
    ['?cheap=false&ids=', { q: 'all', tag: [], cheap: false, ids: [] }],
    ['?cheap=', { q: 'all', tag: [] }],
    ['?q=a+b%20c', { q: 'a b c', tag: [] }],
    ['?q=%zz', { q: '%zz', tag: [] }],
  ])('the query %s', async (query, expected) => {
    const text = (await html(`/search${query}`)).slice(3, -4).replaceAll('&quot;', '"')
    expect(JSON.parse(text)).toEqual(expected)
  })

  test('a query that does not fit is a 400', async () => {
    const response = await app.fetch('/search?q=0123456789')
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('q: At most 9 characters, please.')
  })
})

test('a title reaches the layout', async () => {
  expect(await html('/titled/fixed')).toBe('<div title="Fixed"><p></p></div>')
  expect(await html('/titled/ada')).toBe('<div title="ADA"><p></p></div>')
})

test('headers of a page win over those of every page, and stay on it', async () => {
  const { headers } = await app.fetch('/headers')
  expect(headers.get('cache-control')).toBe('private')
  expect(headers.get('content-security-policy')).toBe('x')
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect((await app.fetch('/component')).headers.get('cache-control')).toBeNull()
})

describe('a page that is no page', () => {
  test('may answer with a Response', async () => {
    const response = await app.fetch('/response')
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ ok: true })
    expect(response.headers.get('content-security-policy')).toBeNull()
  })

  test('may redirect, and throw a redirect from inside a component', async () => {
    const away = await app.fetch('/away')
    expect([away.status, away.headers.get('location')]).toEqual([307, '/text'])
    const guarded = await app.fetch('/guarded')
    expect([guarded.status, guarded.headers.get('location')]).toEqual([303, '/login'])
  })

  test('may throw notFound() and HttpError, whose message is shown, escaped', async () => {
    const missing = await app.fetch('/missing')
    expect(missing.status).toBe(404)
    expect(await missing.text()).toContain('<p>No such thing.</p>')
    const teapot = await app.fetch('/teapot')
    expect(teapot.status).toBe(418)
    expect(await teapot.text()).toContain('<h1>418</h1><p>Short &lt;and&gt; stout</p>')
  })
})

test('an HttpError takes only a status of an error', async () => {
  const { HttpError } = await import('rivulet')
  expect(() => new HttpError(200, 'fine')).toThrow(RangeError)
  expect(() => new HttpError(Number.NaN, 'fine')).toThrow('Expected: 400 to 599\nGot: NaN')
})
