import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const layout = (name: string): string => `
export default ({ children }) => <div class="${name}">{children}</div>`
const page = 'export default () => <p>page</p>'

const files = {
  'pages/_layout.tsx': `export default ({ children, title, url }) =>
  <html lang="en"><title>{title ?? url.pathname}</title><body>{children}</body></html>`,
  'pages/_error.tsx': `export default ({ status, message, error }) =>
  <p>{status} {message} {error?.message}</p>`,
  'pages/index.tsx': page,
  'pages/a/_layout.tsx': layout('a'),
  'pages/a/index.tsx': page,
  'pages/a/(b)/_layout.tsx': `import { def } from 'rivulet'
export default def({}, async ({ children }) => { await Bun.sleep(1); return <div class="b">{children}</div> })`,
  'pages/a/(b)/c.tsx': page,
  'pages/a/whole.tsx': `import { doctype } from 'rivulet'
export default () => <>{doctype}<html lang="en"><body>whole</body></html></>`,
  'pages/a/html-like.tsx': `export default () => <html-card>card</html-card>`,
  'pages/a/boom.tsx': `export default () => { throw new Error('<kaboom>') }`,
  'pages/a/late.tsx': `export default () => <p>{Bun.sleep(1).then(() => { throw new Error('late') })}</p>`,
  'pages/own/_error.tsx': `export default ({ status }) => <p>own {status}</p>`,
  'pages/own/boom.tsx': `export default () => { throw new Error('boom') }`,
  'pages/own/thrown.tsx': `export default () => { throw 'a string' }`,
  'pages/twice/_error.tsx': `export default () => { throw new Error('again') }`,
  'pages/twice/boom.tsx': `export default () => { throw new Error('first') }`,
  'pages/frame/_layout.tsx': `export default () => { throw new Error('no frame') }`,
  'pages/frame/index.tsx': page,
}
const root = await fixture(files)
const app = await createTestApp({ root })
const production = await createTestApp({ root, development: false })
const log = spyOn(console, 'error').mockImplementation(() => {})
afterAll(async () => {
  log.mockRestore()
  await app.close()
  await production.close()
})

const document = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><title>${title}</title><body>${body}</body></html>`

describe('layouts', () => {
  test.each([
    ['/', document('/', '<p>page</p>')],
    ['/a', document('/a', '<div class="a"><p>page</p></div>')],
    ['/a/c', document('/a/c', '<div class="a"><div class="b"><p>page</p></div></div>')],
    ['/a/whole', '<!doctype html><html lang="en"><body>whole</body></html>'],
    ['/a/html-like', document('/a/html-like', '<div class="a"><html-card>card</html-card></div>')],
  ])('of %s go around it from the outermost in, each once', async (path, html) => {
    expect(await (await app.fetch(path)).text()).toBe(html)
  })
})

describe('an error', () => {
  test('is shown in the layouts, with what happened in development', async () => {
    const response = await app.fetch('/a/boom')
    expect(response.status).toBe(500)
    expect(await response.text()).toBe(
      document(
        '500',
        '<div class="a"><p>500 Something went wrong on our side. &lt;kaboom&gt;</p></div>',
      ),
    )
  })

  test('is shown without what happened in production, and logged', async () => {
    log.mockClear()
    const response = await production.fetch('/a/boom')
    expect(await response.text()).toBe(
      document('500', '<div class="a"><p>500 Something went wrong on our side. </p></div>'),
    )
    expect(log.mock.calls.map(([where, error]) => [where, String(error)])).toEqual([
      ['GET /a/boom failed.\n', 'Error: <kaboom>'],
    ])
  })

  test('of something that was still pending is one as well', async () => {
    expect((await app.fetch('/a/late')).status).toBe(500)
  })

  test('is shown by the nearest _error', async () => {
    expect(await (await app.fetch('/own/boom')).text()).toBe(document('500', '<p>own 500</p>'))
    expect(await (await app.fetch('/own/thrown')).text()).toBe(document('500', '<p>own 500</p>'))
  })

  test.each([
    ['/twice', '/twice/boom', 'first'],
    ['a layout', '/frame', 'no frame'],
  ])('of %s itself is shown by a plain page', async (_, path, message) => {
    const response = await app.fetch(path)
    expect(response.status).toBe(500)
    const html = await response.text()
    expect(html).toStartWith('<!doctype html><html lang="en"><head>')
    expect(html).toContain(
      `<h1>500</h1><p>Something went wrong on our side.</p><pre>Error: ${message}`,
    )
    const quiet = await (await production.fetch(path)).text()
    expect(quiet).toContain('<h1>500</h1><p>Something went wrong on our side.</p><p><a href="/">')
    expect(quiet).not.toContain(message)
  })
})

test('errors of visitors are no errors of the server: none is logged', async () => {
  log.mockClear()
  await app.fetch('/nope', { headers: { accept: 'text/html' } })
  await app.fetch('/a/%80')
  expect(log).not.toHaveBeenCalled()
})
