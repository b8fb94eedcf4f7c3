import { afterAll, describe, expect, test } from 'bun:test'
import { rivulet } from 'rivulet'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const root = await fixture({
  'pages/small.tsx': `import { action } from 'rivulet'
import { z } from 'zod'
const act = action({ maxBody: 100, body: { text: z.string() } }, ({ body }) => new Response(body.text))
export { act as POST, act as DELETE }
export default () => null`,
  'pages/normal.tsx': `import { action } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { text: z.string() } }, ({ body }) => new Response(body.text))
export default () => null`,
})
const app = await createTestApp({ root })
const server = rivulet({ root })
await server.modules
server.listen({ port: 0, reusePort: false })
afterAll(async () => {
  await app.close()
  await server.stop(true)
})

const FORM = 'application/x-www-form-urlencoded'
const ways = {
  'without a server': async (path: string, init?: RequestInit) => app.fetch(path, init),
  'from a server': async (path: string, init?: RequestInit) =>
    fetch(`http://localhost:${server.server?.port}${path}`, init),
}

/** A body whose length nobody says beforehand. */
function chunked(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, (at += text.length > 1000 ? 16_384 : 40)))
    },
  })
}

describe.each(Object.entries(ways))('%s', (_, send) => {
  const post = async (body: BodyInit, type = FORM, path = '/small'): Promise<Response> =>
    send(path, { method: 'POST', headers: { 'content-type': type }, body })

  test('a form of just the largest size is read, one byte more is refused', async () => {
    for (const wrap of [String, chunked]) {
      const fits = await post(wrap(`text=${'x'.repeat(95)}`))
      expect([fits.status, await fits.text()]).toEqual([200, 'x'.repeat(95)])
      const refused = await post(wrap(`text=${'x'.repeat(96)}`))
      expect(refused.status).toBe(413)
      expect(await refused.text()).toContain('This form is too large. Expected: at most 100 bytes')
    }
  })

  test('the largest size is 1 MiB where nothing else is said', async () => {
    const most = 1024 * 1024 - 'text='.length
    for (const wrap of [String, chunked]) {
      expect((await post(wrap(`text=${'x'.repeat(most)}`), FORM, '/normal')).status).toBe(200)
      expect((await post(wrap(`text=${'x'.repeat(most + 1)}`), FORM, '/normal')).status).toBe(413)
    }
  })

  test.each(['application/json', 'text/plain', 'multipart/mixed; boundary=x', ''])(
    'a body of type "%s" is no form',
    async (type) => {
      const response = await post(new Blob(['text=x']), type)
      expect(response.status).toBe(415)
      expect(await response.text()).toContain(
        `A form is expected: urlencoded or multipart. Got: ${type || 'no content type'}`,
      )
    },
  )

  test.each([
    ['multipart/form-data', 'text=x'],
    ['multipart/form-data; boundary=x', 'no part'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\ncut',
    ],
  ])('a %s body of %j cannot be read', async (type, body) => {
    const response = await post(body, type)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('This form cannot be read.')
  })

  test('the type may be written in capitals and with a charset', async () => {
    const response = await post('text=x', 'Application/X-WWW-Form-URLEncoded; charset=UTF-8')
    expect(await response.text()).toBe('x')
  })

  test('an empty body is a form without fields, also where it has no type', async () => {
    expect((await post('')).status).toBe(422)
    expect((await send('/small', { method: 'POST' })).status).toBe(422)
  })

  test('a DELETE has its fields in the query, as htmx sends them', async () => {
    const response = await send('/small?text=x', { method: 'DELETE' })
    expect([response.status, await response.text()]).toEqual([200, 'x'])
    expect((await send('/small', { method: 'DELETE' })).status).toBe(422)
  })
})

test('a length that is a lie does not lift the bound', async () => {
  for (const length of ['-1', 'x', '1e1']) {
    const response = await app.fetch('/small', {
      method: 'POST',
      headers: { 'content-type': FORM, 'content-length': length },
      body: `text=${'x'.repeat(200)}`,
    })
    expect(response.status).toBe(413)
  }
})

test('a form of very many fields costs no more than its bytes', async () => {
  const fields = Array.from({ length: 100_000 }, (_, index) => `${index.toString(36)}=`).join('&')
  const before = performance.now()
  const response = await app.fetch('/normal', {
    method: 'POST',
    headers: { 'content-type': FORM },
    body: `${fields}&text=x`,
  })
  expect(await response.text()).toBe('x')
  // Looking each name up in the form would block everybody for some 16 s.
  expect(performance.now() - before).toBeLessThan(5000)
})
