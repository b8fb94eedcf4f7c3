import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const root = await fixture({
  'pages/own/[room].tsx': `import { action, Form, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { text: z.string() } }, () => {})
export default page({ params: { room: z.string() } }, () => <Form action={POST} class="row" id="mine" hx-swap="none" failed={'It was not "saved".'}><b>child</b></Form>)`,
  'pages/two.tsx': `import { action, Form, invalid, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: {} }, () => {})
export const PATCH = action({ body: { to: z.string() } }, ({ body, url, request }) => Response.json([request.method, body, url.search]))
export const DELETE = action({ body: {} }, () => invalid({ '': 'It is locked.' }))
export default page({}, () => <><Form action={POST} /><Form action={PATCH} /><Form action={DELETE} /></>)`,
  'pages/only.tsx': `import { action, page } from 'rivulet'
export const DELETE = action({ body: {} }, () => {})
export default page({}, () => null)`,
  'pages/files.tsx': `import { action, Form, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { files: z.array(z.file()).optional() } }, () => {})
export default page({}, () => <Form action={POST} />)`,
  'pages/docs/[...path].tsx': `import { action, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: {} }, () => {})
export default page({ params: { path: z.string() } }, () => null)`,
  'pages/other.tsx': `import { Form, page } from 'rivulet'
import { POST as say } from './own/[room].tsx'
import { POST as edit } from './docs/[...path].tsx'
import { POST as upload } from './files.tsx'
export default page({}, () => <><Form action={say} params={{ room: 'a b' }} /><Form action={edit} params={{ path: 'x/y z' }} /><Form action={upload} /></>)`,
  'pages/up.tsx': `import { Form, page } from 'rivulet'
import { POST } from './own/[room].tsx'
export default page({}, () => <Form action={POST} params={{ room: '..' }} />)`,
  'pages/unfilled.tsx': `import { Form, page } from 'rivulet'
import { POST } from './own/[room].tsx'
export default page({}, () => <Form action={POST} />)`,
  'pages/nowhere.tsx': `import { action, Form, page } from 'rivulet'
const lost = action({ body: {} }, () => {})
export default page({}, () => <Form action={lost} />)`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

const rest = await createTestApp({
  root: await fixture({
    'pages/[...path].tsx': `import { action, Form, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: {} }, () => {})
export default page({ params: { path: z.string() } }, () => <Form action={POST} />)`,
  }),
})
afterAll(() => rest.close())

const html = async (path: string): Promise<string> => (await app.fetch(path)).text()
const FAILED = ' data-failed="This could not be sent. Please try again."'
const form = (url: string, id: string, more = ''): string =>
  `<form method="post" action="${url}"${more && ' enctype="multipart/form-data"'} hx-post="${url}"${more} hx-target="this" hx-select="#${id}" hx-swap="outerHTML" hx-disable="#${id} button"${FAILED} id="${id}"></form>`

test('a form of its own page goes to the address that it is at', async () => {
  expect(await html('/own/a%20b?x=1&y="')).toBe(
    '<form method="post" action="/own/a%20b?x=1&amp;y=%22" hx-post="/own/a%20b?x=1&amp;y=%22" hx-target="this" hx-select="#mine" hx-swap="none" hx-disable="#mine button" data-failed="It was not &quot;saved&quot;." id="mine" class="row"><input type="hidden" name="rivulet-form" value="mine"><b>child</b></form>',
  )
})

describe('a page with several actions', () => {
  test('has a form for each: browsers send all by POST', async () => {
    expect(await html('/two?x=1')).toBe(
      form('/two?x=1', 'form-two') +
        form('/two?x=1&amp;_method=PATCH', 'form-two-patch') +
        form('/two?x=1&amp;_method=DELETE', 'form-two-delete'),
    )
  })

  test('that is loaded anew where it was refused knows nothing of that', async () => {
    for (const path of ['/two?_method=DELETE&x=1', '/two?x=1&%5Fmethod=DELETE']) {
      const response = await app.fetch(path)
      expect([response.status, response.headers.get('location')]).toEqual([303, '/two?x=1'])
    }
  })

  test.each([
    '/rest//evil.example/x',
    '//evil.example/x',
    '///evil.example/x',
    '/\\\\evil.example/x',
  ])('leads nowhere else: %s', async (path) => {
    const { pathname } = new URL(`http://localhost${path.replaceAll('\\', '/')}`)
    const own = pathname.replace(/^\/+/, '/')
    const got = await (await rest.fetch(path)).text()
    expect(got).toContain(` action="${own}" hx-post="${own}" `)
    const sent = await rest.submit(path, {})
    expect([sent.status, sent.headers.get('location')]).toEqual([303, own])
  })

  test('does what the form says', async () => {
    const response = await app.submit('/two?x=1&_method=PATCH', { to: 'done' })
    expect(await response.json()).toEqual(['POST', { to: 'done' }, '?x=1'])
    const patch = { method: 'PATCH', body: new URLSearchParams({ to: 'done' }) }
    expect(await (await app.fetch('/two?x=1', patch)).json()).toEqual([
      'PATCH',
      { to: 'done' },
      '?x=1',
    ])
  })

  test('says in the form that was rejected why', async () => {
    for (const response of [
      await app.fetch('/two', { method: 'DELETE' }),
      await app.submit('/two?_method=DELETE', {}),
    ]) {
      expect(response.status).toBe(422)
      expect(await response.text()).toMatch(
        /id="form-two"><\/form><form [^>]+ id="form-two-patch"><\/form><form [^>]+ action="\/two\?_method=DELETE" [^>]+ id="form-two-delete"><p class="form-error" role="alert">It is locked.<\/p><\/form>$/,
      )
    }
  })

  test('goes back to the page, without a word of the action', async () => {
    const response = await app.submit('/only?x=a+b&_method=DELETE', {})
    expect([response.status, response.headers.get('location')]).toEqual([303, '/only?x=a+b'])
  })

  test.each([
    ['/only', 'GET, HEAD, DELETE'],
    ['/only?_method=PATCH', 'GET, HEAD, DELETE'],
    ['/two?_method=constructor', 'GET, HEAD, POST, PATCH, DELETE'],
    ['/files?_method=GET', 'GET, HEAD, POST'],
  ])('takes no other: %s', async (path, allow) => {
    const response = await app.submit(path, {})
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })
})

test('a form with files is sent in parts', async () => {
  expect(await html('/files')).toBe(
    form('/files', 'form-files', ' hx-encoding="multipart/form-data"'),
  )
})

test('a form of another page goes there', async () => {
  expect(await html('/other')).toBe(
    form('/own/a%20b', 'form-own-room') +
      form('/docs/x/y%20z', 'form-docs-path') +
      form('/files', 'form-files', ' hx-encoding="multipart/form-data"'),
  )
})

test.each([
  ['/unfilled', 'A URL lacks a param.\n\nExpected: "room", for /own/:room\nGot: none'],
  ['/up', 'A URL cannot hold this param.\n\nExpected: "room", for /own/:room\nGot: ".."'],
  ['/nowhere', 'has no URL.\n\nExpected: export const POST = action(…) in a file of pages/'],
])('a form that has no address says why: %s', async (path, message) => {
  const log = spyOn(console, 'error').mockImplementation(() => {})
  expect((await app.fetch(path)).status).toBe(500)
  expect(String(log.mock.calls[0]?.[1])).toContain(message)
  log.mockRestore()
})
