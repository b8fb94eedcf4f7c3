import { afterAll, describe, expect, spyOn, test } from 'bun:test'
import { parseHTML } from 'linkedom'
import type { Delivery, Stream } from 'rivulet'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const imports = `import { action, Field, Form, invalid, page, redirect } from 'rivulet'
import { z } from 'zod'
`
const root = await fixture({
  'pages/rows.tsx': `${imports}
export const POST = action(
  { body: { row: z.coerce.number(), name: z.string().min(2) } },
  ({ body }) => body.name === 'taken' ? invalid({ name: 'Taken.' }) : undefined,
)
export default page({}, () => [1, 2, 3].map((row) => (
  <Form action={POST}><input type="hidden" name="row" value={String(row)} /><Field name="name" label="Name" /></Form>
)))`,
  'pages/named.tsx': `${imports}
export const POST = action({ body: { name: z.string().min(2) } }, () => {})
export default page({}, () => ['a', 'b:1'].map((id) => <Form action={POST} id={id}><Field name="name" label="Name" /></Form>))`,
  'pages/later.tsx': `${imports}
export const POST = action({ body: { name: z.string().min(2) } }, () => {})
const Later = async ({ children }) => { await Bun.sleep(1); return <div>{children}</div> }
export default page({}, () => <Form action={POST}><Later><Field name="name" label="Name" /></Later></Form>)`,
  'pages/unseen.tsx': `${imports}
export const POST = action(
  { body: { title: z.string(), color: z.string() } },
  ({ body }) => invalid({ color: body.color + ' is gone.', '': 'Sorry.' }),
)
export default page({}, () => <Form action={POST}><Field name="title" label="Title" /></Form>)`,
  'pages/tags.tsx': `${imports}
export const POST = action({ body: { tags: z.array(z.string().min(2)), secret: z.string().min(9) } }, () => {})
export default page({}, () => <Form action={POST}>{[1, 2, 3].map(() => <Field name="tags" label="Tag" />)}<Field name="secret" label="Secret" type="password" value="x" /></Form>)`,
  'pages/wrapped.tsx': `${imports}
export const POST = action(
  { body: {
    piped: z.number().transform((n) => n + 1),
    fixed: z.number().readonly(),
    yes: z.boolean().transform((yes) => !yes),
    all: z.array(z.number()).transform((all) => all.length),
    caught: z.number().catch(7),
    mail: z.email().optional().transform((mail) => mail ?? null),
    pick: z.enum(['a', 'b']).default('a').pipe(z.string()),
    size: z.number().nullable().readonly(),
    some: z.array(z.string()).optional().transform((some) => some ?? 'none'),
  } },
  ({ body }) => Response.json(body),
)
export default page({}, () => ['piped', 'fixed', 'yes', 'caught'].map((name) => <Field name={name} label={name} />))`,
  'pages/a.tsx': `${imports}
export const POST = action({ body: {} }, ({ url }) => Response.json(url.pathname))
export default page({}, () => <Form action={POST} />)`,
  'pages/b/[id].tsx': `${imports}
import { POST as DELETE } from '../a.tsx'
export { DELETE }
export default page({ params: { id: z.string() } }, () => <Form action={DELETE} />)`,
  'pages/cached.tsx': `${imports}
let kept
export const POST = action({ body: { name: z.string() } }, () => {})
export default page({}, () => <Form action={POST}>{kept ??= <Field name="name" label="Name" />}</Form>)`,
  'pages/closed.tsx': `${imports}
export const POST = action({ body: { n: z.number() } }, () => invalid({ '': 'The poll is closed.', n: 'Too many.' }))
export default page({}, () => <form method="post"><Field name="n" label="N" /></form>)`,
  'pages/lost/_404.tsx': `${imports}
import { POST } from '../hidden.tsx'
export default () => <><Form action={POST}><Field name="mail" label="Mail" /></Form><Form action={POST}><Field name="mail" label="Mail" /></Form></>`,
  'pages/lost/index.tsx': `export default () => null`,
  'streams/votes.tsx': `import { Field, Form, def, append, stream } from 'rivulet'
import { z } from 'zod'
import { POST } from '../pages/hidden.tsx'
const Vote = def({ id: z.string() }, ({ id }) => <Form action={POST} id={id}><Field name="mail" label="Mail" /></Form>)
const Alone = def({}, () => <p><Field name="mail" label="Mail" /></p>)
export default stream({ events: { vote: append(Vote), alone: append(Alone) } })`,
  'pages/votes.tsx': `import Votes from '../streams/votes.tsx'
export default () => <Votes />`,
  'pages/session.tsx': `${imports}
let user = 'Ada'
export const POST = action({ body: {} }, () => { user = 'Ada' })
export const DELETE = action({ body: {} }, () => { user = ''; return redirect('/session?bye=1') })
export const PATCH = action({ body: {} }, () => { throw redirect('/session#end') })
export const PUT = action({ body: { as: z.string() } }, ({ body }) =>
  body.as === 'json' ? Response.json({ a: 1 }) : new Response('<p>Hi</p>', { headers: { 'content-type': 'text/html' } }))
export default page({}, () => user === '' ? <Form action={POST} whole /> : <Form action={DELETE} />)`,
  'pages/misspelt.tsx': `${imports}
export const POST = action({ body: { title: z.string() } }, () => {})
export default page({}, () => <Form action={POST}><Field name="titel" label="Title" /></Form>)`,
  'pages/plain.tsx': `${imports}
export const POST = action({ body: { title: z.string().min(2) } }, () => {})
export default page({}, () => <form method="post"><Field name="title" label="Title" /></form>)`,
  'pages/hidden.tsx': `${imports}
export const POST = action({ body: { mail: z.email('An address, please.'), age: z.coerce.number() } }, () => redirect('/away'))
export default page({}, () => <p>Thanks.</p>)`,
  'pages/away.tsx': `${imports}
import { POST } from './hidden.tsx'
export default page({}, () => <Form action={POST}><Field name="mail" label="Mail" /><Field name="age" label="Age" /></Form>)`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

async function documentOf(response: Response): Promise<Document> {
  return parseHTML(`<html><body>${await response.text()}</body></html>`).document
}

/** The names in a form as a browser sends them, with what was typed. */
function fieldsOf(form: Element | undefined, typed: Record<string, string>): URLSearchParams {
  const fields = new URLSearchParams()
  for (const input of form?.querySelectorAll('input') ?? [])
    fields.set(input.name, typed[input.name] ?? input.getAttribute('value') ?? '')
  return fields
}

const errorsOf = (document: Document): (string | undefined)[] =>
  [...document.querySelectorAll('form')].map((form) =>
    [...form.querySelectorAll('[role=alert]')].map((alert) => alert.textContent).join('|'),
  )

describe('several forms of one action', () => {
  test.each(['/rows', '/named'])(
    'have ids of their own, and so have their fields: %s',
    async (path) => {
      const document = await documentOf(await app.fetch(path))
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const form of document.querySelectorAll('form')) {
        const selector = form.getAttribute('hx-select')!
        expect([...document.querySelectorAll(selector)]).toEqual([form])
      }
    },
  )

  test.each([
    ['/rows', 0],
    ['/rows', 2],
    ['/named', 0],
    ['/named', 1],
  ])('say in the one that was sent what is wrong: %s, %i', async (path, index) => {
    const sent = [...(await documentOf(await app.fetch(path))).querySelectorAll('form')]
    const body = fieldsOf(sent[index], { name: 'x' })
    const response = await app.fetch(path, { method: 'POST', body })
    expect(response.status).toBe(422)
    const document = await documentOf(response)
    const message = 'At least 2 characters, please.'
    expect(errorsOf(document)).toEqual(sent.map((_, at) => (at === index ? message : '')))
    const values = [...document.querySelectorAll('[name=name]')].map((field) =>
      field.getAttribute('value'),
    )
    expect(values).toEqual(sent.map((_, at) => (at === index ? 'x' : null)))
    for (const field of document.querySelectorAll('[aria-describedby]'))
      expect(document.getElementById(field.getAttribute('aria-describedby')!)?.textContent).toBe(
        message,
      )
  })

  test('take a program that names none for the first', async () => {
    const response = await app.submit('/rows', { row: '1', name: 'taken' })
    expect(errorsOf(await documentOf(response))).toEqual(['Taken.', '', ''])
  })

  test('say why in a page when the one that was sent is no longer there', async () => {
    const response = await app.submit('/rows', {
      row: '9',
      name: 'x',
      'rivulet-form': 'form-rows-9',
    })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('name: At least 2')
  })
})

test('fields find their form across components that are async', async () => {
  const response = await app.submit('/later', { name: 'x' })
  const document = await documentOf(response)
  expect(document.querySelector('form > div > label > input')?.outerHTML).toContain('required')
  expect(errorsOf(document)[0]).toContain('At least 2')
})

describe('what no field shows', () => {
  test('is said by the form, with the name of the field', async () => {
    const document = await documentOf(await app.submit('/unseen', { title: 'x' }))
    expect(errorsOf(document)).toEqual(['color: Please fill this in.'])
  })

  test('is said in the words of the action', async () => {
    const document = await documentOf(await app.submit('/unseen', { title: 'x', color: 'Red' }))
    expect(errorsOf(document)).toEqual(['Red is gone. Sorry.'])
  })
})

test('a field that the action does not know is an error', async () => {
  const log = spyOn(console, 'error').mockImplementation(() => {})
  expect((await app.fetch('/misspelt')).status).toBe(500)
  expect(String(log.mock.calls[0]?.[1])).toMatch(
    /There is no field "titel" in the form of \S+misspelt.tsx:4; did you mean "title"\?\n\nExpected: title\nGot: titel$/,
  )
  log.mockRestore()
})

test("a field in no form of ours is the page's own", async () => {
  const document = await documentOf(await app.submit('/plain', { title: 'x' }))
  expect(document.querySelector('input')?.outerHTML).toBe(
    '<input type="text" required minlength="2" id="field-title" aria-invalid="true" aria-describedby="field-title-error" name="title" value="x">',
  )
  expect(document.querySelector('small')?.textContent).toContain('At least 2')
})

describe("a form on another page than its action's", () => {
  const at = (path: string): Record<string, string> => ({
    'hx-request': 'true',
    'hx-current-url': `https://behind.a.proxy${path}`,
  })
  const post = (fields: Record<string, string>, headers = {}): Promise<Response> =>
    app.fetch('/hidden', { method: 'POST', body: new URLSearchParams(fields), headers })

  test('has the constraints of that', async () => {
    const document = await documentOf(await app.fetch('/away'))
    expect(document.querySelector('[name=mail]')?.outerHTML).toContain('type="email" required')
    expect(document.querySelector('form')?.getAttribute('action')).toBe('/hidden')
  })

  test('stays as it is when it is refused, and htmx is told why', async () => {
    const response = await post({ mail: 'x', age: '1' }, at('/away?x=1'))
    expect(response.status).toBe(400)
    const message = decodeURIComponent(response.headers.get('rivulet-message')!)
    expect(message).toBe('mail: An address, please.')
  })

  test('is answered with a page that says why, without htmx', async () => {
    const response = await post({ mail: 'x', age: '' })
    expect(response.status).toBe(422)
    const text = await response.text()
    expect(text).toContain('mail: An address, please.')
    expect(text).toContain('age: ')
    expect(text).not.toContain('Thanks.')
  })

  test('that leads back is replaced alone', async () => {
    const fields = { mail: 'a@b.de', age: '1' }
    const response = await post(fields, at('/away?x=1'))
    expect([response.status, response.headers.get('location')]).toEqual([303, '/away'])
    const elsewhere = await post(fields, at('/other'))
    expect([elsewhere.status, elsewhere.headers.get('hx-redirect')]).toEqual([204, '/away'])
  })
})

test('with htmx 2, buttons rest as htmx 2 has it', async () => {
  const two = await createTestApp({ root, htmx: 2 })
  const document = await documentOf(await two.fetch('/named'))
  const forms = [...document.querySelectorAll('form')]
  expect(forms.map((form) => form.getAttribute('hx-disabled-elt'))).toEqual([
    '#a button',
    '[id="b:1"] button',
  ])
  expect(forms.every((form) => !form.hasAttribute('hx-disable'))).toBe(true)
  await two.close()
})

describe('a list', () => {
  test('may have several fields, each with its own', async () => {
    const body = new URLSearchParams([
      ['tags', 'aa'],
      ['tags', 'b'],
      ['tags', 'c'],
      ['secret', 'hunter2'],
    ])
    const document = await documentOf(await app.fetch('/tags', { method: 'POST', body }))
    const fields = [...document.querySelectorAll('input')]
    expect(fields.map((field) => field.getAttribute('value'))).toEqual(['aa', 'b', 'c', null])
    expect(new Set(fields.map(({ id }) => id)).size).toBe(4)
    expect(errorsOf(document)).toEqual([
      'At least 2 characters, please. At least 2 characters, please.|At least 9 characters, please.',
    ])
  })
})

test('what a schema is wrapped in changes nothing of what is sent', async () => {
  const response = await app.submit('/wrapped', {
    piped: '1',
    fixed: '2',
    yes: 'on',
    all: '3',
    caught: 'x',
    mail: '',
    pick: '',
    size: ' ',
  })
  expect(await response.json()).toEqual({
    piped: 2,
    fixed: 2,
    yes: false,
    all: 1,
    caught: 7,
    mail: null,
    pick: 'a',
    size: null,
    some: 'none',
  })
  const document = await documentOf(await app.fetch('/wrapped'))
  expect([...document.querySelectorAll('input')].map(({ type }) => type)).toEqual([
    'number',
    'number',
    'checkbox',
    'number',
  ])
})

test('an action that two pages export is sent to the page that its form is on', async () => {
  const first = await documentOf(await app.fetch('/a'))
  expect(first.querySelector('form')?.getAttribute('action')).toBe('/a')
  const second = await documentOf(await app.fetch('/b/7'))
  expect(second.querySelector('form')?.getAttribute('action')).toBe('/b/7?_method=DELETE')
  expect(await (await app.submit('/b/7?_method=DELETE', {})).json()).toBe('/b/7')
})

test('a field that was kept from another rendering is an error, and nothing silent', async () => {
  const log = spyOn(console, 'error').mockImplementation(() => {})
  expect((await app.fetch('/cached')).status).toBe(200)
  expect((await app.fetch('/cached')).status).toBe(500)
  expect(String(log.mock.calls[0]?.[1])).toContain('was rendered for another page')
  log.mockRestore()
})

test('a form of no kind of ours that is refused for more than its fields show is answered in full', async () => {
  const response = await app.submit('/closed', { n: '1' })
  expect(response.status).toBe(422)
  const text = await response.text()
  expect(text).toContain('The poll is closed.')
  expect(text).toContain('Too many.')
})

describe('away from pages of their own, fields know their form', () => {
  test('on an error page', async () => {
    const response = await app.fetch('/lost/nowhere', { headers: { accept: 'text/html' } })
    expect(response.status).toBe(404)
    const document = await documentOf(response)
    const fields = [...document.querySelectorAll('[name=mail]')]
    expect(fields.map((field) => field.getAttribute('type'))).toEqual(['email', 'email'])
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  test('in an event, in the first paint, and painted anew', async () => {
    const { default: Votes } = (await import(`${root}/streams/votes.tsx`)) as {
      default: Stream<{}, { vote: Delivery<{ id: string }>; alone: Delivery<{}> }>
    }
    // Streams belong to the app that was made last.
    const app = await createTestApp({ root })
    const events = await app.events('/sse/votes')
    await Votes.publish('vote', { id: 'one' })
    await Votes.publish('alone', {})
    const vote = (await events.next()).value?.data
    expect(vote).toContain('<input type="email" required id="field-mail" name="mail">')
    const alone = (await events.next()).value?.data
    expect(alone).toContain('<input type="text" id="field-mail" name="mail">')
    for (const [path, headers] of [
      ['/votes', {}],
      ['/sse/votes', { accept: 'text/html' }],
    ] as const) {
      const html = await (await app.fetch(path, { headers })).text()
      expect(html).toContain('<input type="email" required ')
      expect(html).toContain('<input type="text" ')
      expect(html).not.toContain('<!--')
    }
    await events.return(undefined)
    await app.close()
  })
})

describe('after a success, htmx gets', () => {
  const part = (target: string): Record<string, string> => ({
    'hx-request': 'true',
    'hx-current-url': 'http://localhost/session',
    'hx-target': target,
  })
  const send = (method: string, target: string, fields = {}): Promise<Response> =>
    app.fetch(`/session?_method=${method}`, {
      method: 'POST',
      headers: part(target),
      body: new URLSearchParams(fields),
    })

  test.each(['form-session-delete', 'form#form-session-delete'])(
    'the whole page where its form is gone: %s',
    async (target) => {
      await app.submit('/session', {})
      const sent = await send('DELETE', target)
      const next = '/session?bye=1&_form=form-session-delete'
      expect([sent.status, sent.headers.get('location')]).toEqual([303, next])
      const gone = await app.fetch(next, { headers: part(target) })
      expect([gone.status, gone.headers.get('hx-redirect')]).toEqual([204, '/session?bye=1'])
      // Others see the page, whatever its URL says.
      expect((await app.fetch(next)).status).toBe(200)
      const there = await app.fetch('/session?_form=form-session', { headers: part(target) })
      expect(await there.text()).toContain('action="/session" ')
    },
  )

  test('its form also where that comes from a stream', async () => {
    const app = await createTestApp({ root })
    const { default: Votes } = (await import(`${root}/streams/votes.tsx`)) as {
      default: Stream<{}, { vote: Delivery<{ id: string }> }>
    }
    await Votes.publish('vote', { id: 'a"b' })
    const headers = { ...part('x'), 'hx-current-url': 'http://localhost/votes' }
    const there = await app.fetch('/votes?_form=a%22b', { headers })
    expect(await there.text()).toContain(' id="a&quot;b"')
    const gone = await app.fetch('/votes?_form=other', { headers })
    expect([gone.status, gone.headers.get('hx-redirect')]).toEqual([204, '/votes'])
    await app.close()
  })

  test('the whole page where the form says so', async () => {
    const sent = await send('POST', 'form#form-session', { 'rivulet-whole': '1' })
    expect([sent.status, sent.headers.get('hx-redirect')]).toEqual([204, '/session'])
    const plain = await app.submit('/session', { 'rivulet-whole': '1' })
    expect([plain.status, plain.headers.get('location')]).toEqual([303, '/session'])
  })

  test('what it asked for, where that is not the form', async () => {
    for (const target of ['list', 'ul#list', undefined]) {
      const headers = { ...part('x'), ...(target && { 'hx-target': target }) }
      const fields = new URLSearchParams()
      if (target === undefined) Reflect.deleteProperty(headers, 'hx-target')
      const init = { method: 'POST', headers, body: fields }
      const sent = await app.fetch('/session', init)
      expect([sent.status, sent.headers.get('location')]).toEqual([303, '/session'])
      const json = await app.fetch('/session?_method=PUT', {
        ...init,
        body: new URLSearchParams({ as: 'json' }),
      })
      expect(json.headers.get('hx-reswap')).toBeNull()
    }
  })

  test('its form by an id that is not ASCII, and what is thrown as what is returned', async () => {
    const fields = { 'rivulet-form': 'fä' }
    const sent = await send('POST', `form#${encodeURIComponent('fä')}`, fields)
    expect(sent.headers.get('location')).toBe('/session?_form=f%C3%A4')
    const thrown = await send('PATCH', 'form#form-session-patch', { 'rivulet-whole': '1' })
    expect([thrown.status, thrown.headers.get('hx-redirect')]).toEqual([204, '/session'])
  })

  test('the page as it is when it goes back', async () => {
    const headers = { ...part('form#x'), 'hx-history-restore-request': 'true' }
    expect((await app.fetch('/session?_form=gone', { headers })).status).toBe(200)
  })

  test('nothing to swap where the answer is no HTML', async () => {
    const json = await send('PUT', 'form#form-session-put', { as: 'json' })
    expect([json.headers.get('hx-reswap'), await json.json()]).toEqual(['none', { a: 1 }])
    expect(
      (await send('PUT', 'form#form-session-put', { as: 'html' })).headers.get('hx-reswap'),
    ).toBeNull()
    const plain = await app.submit('/session?_method=PUT', { as: 'json' })
    expect(plain.headers.get('hx-reswap')).toBeNull()
  })
})
