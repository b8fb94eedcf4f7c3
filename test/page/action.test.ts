import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const root = await fixture({
  'pages/echo/[room].tsx': `import { action, page } from 'rivulet'
import { z } from 'zod'
export const POST = action(
  {
    params: { room: z.string().toUpperCase() },
    body: {
      name: z.string().min(2),
      age: z.coerce.number().int().optional(),
      size: z.coerce.number().min(1).nullable().default(1),
      tags: z.array(z.enum(['a', 'b'])),
      agree: z.boolean().default(true),
      email: z.email().optional(),
    },
  },
  ({ params, body, url, request }) => Response.json({ params, body, path: url.pathname, method: request.method }),
)
export const PUT = action({ body: {} }, () => new Response('put'))
export const DELETE = action({ body: {} }, () => new Response('deleted'))
export default page({ params: { room: z.string() } }, () => <p />)`,
  'pages/typed.tsx': `import { action, Field, page } from 'rivulet'
import { z } from 'zod'
export const POST = action(
  { body: { n: z.number(), all: z.array(z.int()), big: z.bigint().optional(), day: z.date().optional() } },
  ({ body: { n, all, big, day } }) => Response.json([n, all, String(big), day]),
)
export default page({}, () => <><Field name="n" label="N" /><Field name="day" label="Day" /><Field name="all" label="All" /></>)`,
  'pages/fails.tsx': `import { action, HttpError, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { message: z.string() } }, ({ body }) => { throw new HttpError(409, body.message) })
export default page({}, () => null)`,
  'pages/upload.tsx': `import { action, page } from 'rivulet'
import { z } from 'zod'
export const POST = action(
  { body: { note: z.string(), one: z.file().max(20).optional(), many: z.array(z.file()) } },
  async ({ body: { note, one, many } }) =>
    Response.json([note, one && [one.name, one.type, await one.text()], many.map((file) => file.name)]),
)
export default page({}, () => null)`,
  'pages/guestbook.tsx': `import { action, Field, Form, invalid, page, redirect, HttpError } from 'rivulet'
import { z } from 'zod'
export const POST = action(
  { body: { name: z.string().min(2).refine(async (name) => name !== 'taken', 'Already taken'), text: z.string().default('hi') } },
  ({ body }) => {
    if (body.name === 'nobody') return invalid({ name: ['Not you', 'Really'], '': 'Go away.' })
    if (body.name === 'away') return redirect('/')
    if (body.name === 'refused') throw new HttpError(409, 'In use')
    if (body.name === 'broken') throw new Error('boom')
    if (body.name === 'login') throw redirect('/login')
  },
)
export default page({}, () => <Form action={POST}><Field name="name" label="Name" /><Field name="text" label="Text" /></Form>)`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

describe('a body', () => {
  const submit = async (body: string): Promise<unknown> => {
    const response = await app.fetch('/echo/lobby', {
      method: 'POST',
      body: new URLSearchParams(body),
    })
    return ((await response.json()) as { body: unknown }).body
  }

  test('is parsed, with params, and what is not declared is left out', async () => {
    const response = await app.submit('/echo/lobby?x=1', { name: 'Ada', age: '36', other: 'x' })
    expect(await response.json()).toEqual({
      params: { room: 'LOBBY' },
      body: { name: 'Ada', age: 36, size: 1, tags: [], agree: false },
      path: '/echo/lobby',
      method: 'POST',
    })
  })

  test.each([
    ['name=Ada&tags=a', { tags: ['a'] }],
    ['name=Ada&tags=a&tags=b', { tags: ['a', 'b'] }],
    ['name=Ada&name=Bob', { name: 'Ada' }],
    ['name=Ada&age=', {}],
    ['name=Ada&email=', {}],
    ['name=Ada&email=a%40b.de', { email: 'a@b.de' }],
    ['name=Ada&size=', { size: 1 }],
    ['name=Ada&agree=on', { agree: true }],
    ['name=Ada&agree=false', { agree: false }],
    ['name=caf%C3%A9+%26+%3Cb%3E', { name: 'café & <b>' }],
    ['name=Ada&__proto__=x&constructor=y', {}],
  ])('%s', async (form, expected) => {
    const defaults = { name: 'Ada', size: 1, tags: [], agree: false }
    expect(await submit(form)).toEqual({ ...defaults, ...expected })
  })

  test('has numbers and dates where the schema has them', async () => {
    const send = (fields: string): Promise<Response> =>
      app.fetch('/typed', { method: 'POST', body: new URLSearchParams(fields) })
    const response = await send('n=-1.5&all=1&all=2&big=12345678901234567890&day=2026-02-03')
    expect(await response.json()).toEqual([
      -1.5,
      [1, 2],
      '12345678901234567890',
      '2026-02-03T00:00:00.000Z',
    ])
    expect(await (await send('n=0')).json()).toEqual([0, [], 'undefined', null])
    const refused = await send('n=one&day=2026-02-03&all=x')
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html).toContain('name="n" value="one"')
    expect(html).toContain('Please enter a number.')
    expect(html).toContain('name="day" value="2026-02-03"')
    for (const fields of [
      'n= ',
      'n=0x10',
      ...[
        '2026-02-31',
        '2026-04-31',
        '2026-13-01',
        '2026-02-31T10:00',
        '2026-2-3',
        'hello 5',
        '1',
      ].map((day) => `n=1&day=${day}`),
    ])
      expect((await send(fields)).status).toBe(422)
    expect(await (await send('n=1&all=&all=2')).json()).toEqual([1, [2], 'undefined', null])
  })

  test('may be multipart, with files', async () => {
    const form = new FormData()
    form.set('note', 'line 1\r\nline 2')
    form.set('one', new File(['hello'], 'héllo.txt', { type: 'text/plain' }))
    form.append('many', new File(['a'], 'a.txt'))
    form.append('many', new File(['b'], 'b.txt'))
    const response = await app.fetch('/upload', { method: 'POST', body: form })
    expect(await response.json()).toEqual([
      'line 1\r\nline 2',
      ['héllo.txt', 'text/plain;charset=utf-8', 'hello'],
      ['a.txt', 'b.txt'],
    ])
  })

  test('with no file chosen holds no file', async () => {
    const part = (name: string, rest: string): string =>
      `--x\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n`
    const empty = '; filename=""\r\nContent-Type: application/octet-stream\r\n'
    const response = await app.fetch('/upload', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `${part('note', '\r\n')}n\r\n${part('one', empty)}\r\n${part('many', empty)}\r\n--x--\r\n`,
    })
    expect(await response.json()).toEqual(['n', null, []])
  })

  test('with a file that is too large is shown again', async () => {
    const form = new FormData()
    form.set('note', 'n')
    form.set('one', new File(['x'.repeat(21)], 'x.txt'))
    expect((await app.fetch('/upload', { method: 'POST', body: form })).status).toBe(422)
  })

  test.each(['PUT', 'DELETE'])('may come by %s', async (method) => {
    const response = await app.fetch('/echo/x', { method, body: new URLSearchParams() })
    expect(response.status).toBe(200)
  })
})

describe('what happens next', () => {
  const post = async (name: string, init: RequestInit = {}): Promise<Response> =>
    app.fetch('/guestbook?page=2', {
      method: 'POST',
      body: new URLSearchParams({ name }),
      ...init,
    })

  test('after a success: back to the page', async () => {
    const response = await post('Ada')
    expect([response.status, response.headers.get('location')]).toEqual([303, '/guestbook?page=2'])
    expect(await response.text()).toBe('')
  })

  test('after a failure: the page again, with the values and the errors', async () => {
    const response = await post('<')
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toBe(
      '<form method="post" action="/guestbook?page=2" hx-post="/guestbook?page=2" hx-target="this" hx-select="#form-guestbook" hx-swap="outerHTML" hx-disable="#form-guestbook button" data-failed="This could not be sent. Please try again." id="form-guestbook">' +
        '<label class="field"><span>Name</span><input type="text" required minlength="2" id="field-name" aria-invalid="true" aria-describedby="field-name-error" name="name" value="&lt;">' +
        '<small id="field-name-error" class="field-error" role="alert">At least 2 characters, please.</small></label>' +
        '<label class="field"><span>Text</span><input type="text" id="field-text" name="text"></label></form>',
    )
  })

  test('an asynchronous check may fail it', async () => {
    const response = await post('taken')
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('role="alert">Already taken</small>')
  })

  test('invalid() fails it, also as a whole', async () => {
    const response = await post('nobody')
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(html).toContain('<p class="form-error" role="alert">Go away.</p>')
    expect(html).toContain('role="alert">Not you Really</small>')
  })

  test.each([
    ['away', '/'],
    ['login', '/login'],
  ])('a redirect is sent: %s', async (name, location) => {
    const response = await post(name)
    expect([response.status, response.headers.get('location')]).toEqual([303, location])
    const htmx = await post(name, { headers: { 'hx-request': 'true' } })
    expect([htmx.status, htmx.headers.get('hx-redirect')]).toEqual([204, location])
    expect(htmx.headers.get('location')).toBeNull()
  })

  test('an error is shown', async () => {
    const refused = await post('refused')
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('<h1>409</h1><p>In use</p>')
    const log = spyOn(console, 'error').mockImplementation(() => {})
    expect((await post('broken')).status).toBe(500)
    expect(log.mock.calls[0]?.[0]).toBe('POST /guestbook failed.\n')
    log.mockRestore()
  })
})

describe('htmx', () => {
  const post = async (fields: Record<string, string>, headers = {}): Promise<Response> =>
    app.fetch('/guestbook', {
      method: 'POST',
      headers: { 'hx-request': 'true', ...headers },
      body: new URLSearchParams(fields),
    })

  test('follows the redirect to the same page by itself', async () => {
    const response = await post({ name: 'Ada' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/guestbook'])
  })

  test('gets the form with its errors', async () => {
    const response = await post({ name: '' })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('aria-invalid="true"')
  })

  test('takes a boosted redirect as it is', async () => {
    const response = await post({ name: 'away' }, { 'hx-boosted': 'true' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
  })
})

describe('an action that fails', () => {
  const answer = (message: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
    app.fetch('/fails', { method: 'POST', body: new URLSearchParams({ message }), headers })

  test.each([
    ['a\r\nset-cookie: b=c', 'a%0D%0Aset-cookie%3A%20b%3Dc'],
    ['é 🎉', '%C3%A9%20%F0%9F%8E%89'],
    [`${'x'.repeat(299)}🎉`, `${'x'.repeat(299)}%EF%BF%BD`],
  ])('tells htmx why, in a header that nothing can break out of: %j', async (message, header) => {
    const response = await answer(message, { 'hx-request': 'true' })
    expect(response.status).toBe(409)
    expect(response.headers.get('rivulet-message')).toBe(header)
    expect(response.headers.has('set-cookie')).toBe(false)
  })

  test('tells a page that is loaded anew in the page', async () => {
    const response = await answer('Taken.', {})
    expect(response.headers.has('rivulet-message')).toBe(false)
    expect(await response.text()).toContain('Taken.')
  })
})
