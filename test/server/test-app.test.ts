import { expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { rivulet } from 'rivulet'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const root = await fixture({
  'pages/index.tsx': `import { action, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { a: z.string() } }, ({ body, request }) =>
  Response.json([body.a, request.headers.get('cookie')]))
export default page({}, () => <p>Here</p>)`,
})

test('the app of an app.ts is tested as it is', async () => {
  const beside = rivulet({ root })
  const made = rivulet({ root, csp: "default-src 'self'" }).get('/api/time', () => 'now')
  const app = await createTestApp(made)
  expect(await (await app.fetch('/api/time')).text()).toBe('now')
  const page = await app.fetch('/')
  expect(page.headers.get('content-security-policy')).toBe("default-src 'self'")
  const sent = await app.submit('/', { a: 'b' }, { cookie: 'session=1' })
  expect(await sent.json()).toEqual(['b', 'session=1'])
  // One that is made beside it is ended by itself.
  const other = await createTestApp({ root })
  await app.close()
  expect(await (await other.fetch('/')).text()).toBe('<p>Here</p>')
  await other.close()
  const last = await createTestApp(beside)
  expect(await (await last.fetch('/readyz')).text()).toBe('ok')
  await last.close()
})

test('so is an app that uses it', async () => {
  const app = await createTestApp(new Elysia().get('/mine', () => 'mine').use(rivulet({ root })))
  expect(await (await app.fetch('/mine')).text()).toBe('mine')
  expect(await (await app.fetch('/')).text()).toBe('<p>Here</p>')
  await app.close()
})
