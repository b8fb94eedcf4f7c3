import { afterAll, describe, expect, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const around = (name: string): string =>
  `export default ({ children, message }) => <div>${name} {children}{message}</div>`
const page = `import { action } from 'rivulet'
export const POST = action({ body: {} }, () => {})
export const DELETE = action({ body: {} }, () => {})
export default () => <p>page</p>`

const root = await fixture({
  'pages/_layout.tsx': around('all'),
  'pages/_404.tsx': around('nowhere'),
  'pages/index.tsx': 'export default () => <p>home</p>',
  'pages/shop/_layout.tsx': around('shop'),
  'pages/shop/_404.tsx': around('sold out'),
  'pages/shop/[item].tsx': page,
  'pages/(legal)/_404.tsx': around('legal'),
  'pages/(legal)/terms.tsx': page,
  'pages/team/[name]/_404.tsx': around('no member'),
  'pages/team/[name]/index.tsx': page,
  'streams/ticks.tsx': `import { append, def, stream } from 'rivulet'
export default stream({ events: { tick: append(def({}, () => <b />)) } })`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

describe('an unknown address', () => {
  test.each([
    ['/nope', '<div>all <div>nowhere There is nothing at this address.</div></div>'],
    ['/shopping', '<div>all <div>nowhere There is nothing at this address.</div></div>'],
    [
      '/shop/a/b',
      '<div>all <div>shop <div>sold out There is nothing at this address.</div></div></div>',
    ],
    [
      '/shop',
      '<div>all <div>shop <div>sold out There is nothing at this address.</div></div></div>',
    ],
    ['/team/ada/x', '<div>all <div>no member There is nothing at this address.</div></div>'],
  ])('%s is answered by the nearest _404 in its layouts', async (path, html) => {
    const response = await app.fetch(path, { headers: browser })
    expect(await response.text()).toBe(html)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each([undefined, '*/*', 'application/json'])(
    'is plain text to who asks for %p',
    async (accept) => {
      const response = await app.fetch('/nope', accept ? { headers: { accept } } : {})
      expect(response.status).toBe(404)
      expect(await response.text()).toBe('NOT_FOUND')
    },
  )

  test('has a page of its own where pages/ has none', async () => {
    const bare = await createTestApp({ root: await fixture() })
    const html = await (await bare.fetch('/nope', { headers: browser })).text()
    expect(html).toStartWith('<!doctype html><html lang="en">')
    expect(html).toEndWith(
      '<body><main><h1>404</h1><p>There is nothing at this address.</p><p><a href="/">Home</a></p></main></body></html>',
    )
    await bare.close()
  })
})

describe('a method that an address does not take', () => {
  test.each([
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/shop/7', 'GET, HEAD, POST, DELETE'],
    ['PATCH', '/shop/7/', 'GET, HEAD, POST, DELETE'],
    ['POST', '/sse/ticks', 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const response = await app.fetch(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await response.text()).toBe(`${method} is not among what this address takes.`)
  })

  test('is told to a browser in a page', async () => {
    const response = await app.fetch('/', { method: 'POST', headers: browser })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
    expect(await response.text()).toContain('<h1>405</h1>')
  })

  test('is a 404 where there is nothing at all', async () => {
    expect((await app.fetch('/nope', { method: 'POST' })).status).toBe(404)
  })
})
