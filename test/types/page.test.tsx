import { action, def, Field, Form, invalid, page, redirect } from 'rivulet'
import { z } from 'zod'
import { checked } from './unrun.ts'

const Title = def({ text: z.string() }, ({ text }) => <h1>{text}</h1>)
const post = () => action({ body: { text: z.string(), stars: z.coerce.number() } }, () => {})

checked('params and query reach the view as zod makes them', () =>
  page(
    {
      params: { id: z.coerce.number() },
      query: { tag: z.string().optional() },
      title: ({ params, query }) => params.id.toFixed() + (query.tag ?? ''),
      headers: { 'cache-control': 'no-store' },
    },
    ({ params, query, url, request }) => (
      <Title text={params.id.toFixed() + (query.tag ?? '') + url.href + request.url} />
    ),
  ),
)

checked('a view may answer with markup or a Response, now or later', () => [
  page({}, () => null),
  page({}, () => ['a', <b>x</b>]),
  page({}, async () => <p>x</p>),
  page({}, () => redirect('/')),
  page({}, async () => new Response('x')),
  // @ts-expect-error an object is no page
  page({}, () => ({ title: 'x' })),
])

checked('params and query that are not declared are errors', () => [
  // @ts-expect-error no such param
  page({ params: { id: z.string() } }, ({ params }) => params.slug),
  // @ts-expect-error a text has no toFixed
  page({ params: { id: z.string() } }, ({ params }) => params.id.toFixed()),
  // @ts-expect-error no such query
  page({ query: { tag: z.string() } }, ({ query }) => query.tga),
  // @ts-expect-error no such param
  page({ params: { id: z.string() }, title: ({ params }) => params.slug }, () => null),
  // @ts-expect-error misspelt
  page({ titel: 'x' }, () => null),
])

checked('the body of an action is what zod makes of the form', () => [
  action({ body: { text: z.string(), stars: z.coerce.number() } }, async ({ body, params }) => {
    const stars: string = body.text + body.stars.toFixed() + (params.id ?? '')
    return stars === '' ? invalid({ text: 'Empty' }) : redirect('/')
  }),
  action({ body: {}, params: { id: z.coerce.number() } }, ({ params }) => {
    params.id.toFixed()
  }),
  action({ body: { text: z.string() } }, ({ body }) => {
    // @ts-expect-error misspelt
    body.txet.trim()
  }),
  action({ body: { text: z.string() } }, ({ body }) => {
    // @ts-expect-error a text has no toFixed
    body.text.toFixed()
  }),
  action({ body: { text: z.string() }, params: { id: z.coerce.number() } }, ({ params }) => {
    // @ts-expect-error misspelt
    params.di.toFixed()
  }),
  // @ts-expect-error markup is what the page answers with, not the action
  action({ body: {} }, () => <p>x</p>),
  // @ts-expect-error an action declares its body
  action({}, () => {}),
])

checked('a form has an action, its fields have names and labels', () => [
  <Form action={post()} class="card">
    <Field name="text" label="Text" maxlength-hint="x" />
    <Field name="stars" label="Stars" type="number" value={5} placeholder="1" id="stars" />
  </Form>,
  <Form action={post()} params={{ room: 'a', day: 1 }} />,
  // @ts-expect-error which action?
  <Form />,
  // @ts-expect-error a URL is no action
  <Form action="/feed" />,
  // @ts-expect-error params are texts and numbers
  <Form action={post()} params={{ room: true }} />,
  // @ts-expect-error the label is missing
  <Field name="text" />,
  // @ts-expect-error misspelt
  <Field name="text" label="Text" placholder="x" />,
  // @ts-expect-error rows is a number
  <Field name="text" label="Text" rows="4" />,
])
