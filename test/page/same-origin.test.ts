import { afterAll, describe, expect, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const root = await fixture({
  'pages/index.tsx': `import { action } from 'rivulet'
export let sent = 0
export const POST = action({ body: {} }, () => { sent++; return new Response('sent') })
export const DELETE = action({ body: {} }, () => new Response('deleted'))
export default () => <p>{sent}</p>`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

const post = async (headers: Record<string, string>, method = 'POST'): Promise<Response> =>
  app.fetch('/', { method, headers, body: new URLSearchParams() })

describe('a form passes', () => {
  test.each([
    [{}],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'http://localhost' }],
    [{ origin: 'https://example.com', host: 'example.com' }],
    [{ origin: 'https://example.com:8443', host: 'example.com:8443' }],
    [{ origin: 'https://example.com', host: 'EXAMPLE.com' }],
    [{ origin: 'http://other.example', 'sec-fetch-site': 'same-origin' }],
    [{ cookie: 'session=1', 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }],
  ])('with %o', async (headers) => {
    expect((await post(headers)).status).toBe(200)
  })
})

describe('a form is refused', () => {
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost' }],
    [{ 'sec-fetch-site': 'cross-site', 'hx-request': 'true' }],
    [{ 'sec-fetch-site': 'unheard-of' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://localhost.evil.example' }],
    [{ origin: 'http://localhost:81' }],
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ origin: 'https://example.com', host: 'example.com:8443' }],
  ])('with %o', async (headers) => {
    const response = await post(headers)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('This form was sent from another site, and is refused.')
    expect((await post(headers, 'DELETE')).status).toBe(403)
  })

  test('before its action has run', async () => {
    const sent = async (): Promise<string> => (await app.fetch('/')).text()
    const before = await sent()
    await post({ 'sec-fetch-site': 'cross-site' })
    expect(await sent()).toBe(before)
    await post({})
    expect(await sent()).not.toBe(before)
  })
})

test('a page may be read from anywhere', async () => {
  const response = await app.fetch('/', { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(response.status).toBe(200)
})
