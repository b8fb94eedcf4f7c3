import { afterEach, expect, test } from 'bun:test'
import { createTestApp, type TestApp } from '../../src/testing.ts'
import { fixture } from '../fixture.ts'

const TOKEN = 'a token of the tests'
const STREAM = `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)
export default stream({ params: { room: z.string().max(9) }, events: { line: append(Line) } })`

const apps: TestApp[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

async function open(publishToken: string | undefined = TOKEN): Promise<TestApp> {
  const root = await fixture({ 'streams/rooms/[room].tsx': STREAM })
  const app = await createTestApp({ root, publishToken })
  apps.push(app)
  return app
}

function post(app: TestApp, path: string, body: string, token = TOKEN): Promise<Response> {
  return app.fetch(path, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
}

test('another program publishes by POST, and is given the cursor', async () => {
  const app = await open()
  const events = await app.events('/sse/rooms/caf%C3%A9')
  const body = JSON.stringify({ event: 'line', props: { text: '<b>' } })
  const response = await post(app, '/sse/rooms/caf%C3%A9', body)
  expect(response.status).toBe(200)
  const { cursor } = (await response.json()) as { readonly cursor: string }
  const { value } = await events.next()
  expect(value).toEqual({ event: 'line', data: '<p>&lt;b&gt;</p>', id: cursor })
})

test.each([
  ['{"event":"line","props":{"text":1}}', /^An event "line" .* props that its component does not/s],
  ['{"event":"lines","props":{}}', /no event "lines"; did you mean "line"/],
  ['{"event":"line","props":{"text":"a","more":1}}', /more/],
  ['{"event":1}', /^This is no event/],
  ['{"props":{}}', /^This is no event/],
  ['["line"]', /^This is no event/],
  ['null', /^This is no event/],
  ['{', /^This is no event/],
  ['', /^This is no event/],
])('%s is refused', async (body, why) => {
  const app = await open()
  const response = await post(app, '/sse/rooms/a', body)
  expect(response.status).toBe(400)
  expect(await response.text()).toMatch(why)
})

test('params that the stream does not accept are refused', async () => {
  const response = await post(await open(), '/sse/rooms/much-too-long', '{"event":"line"}')
  expect(response.status).toBe(400)
})

test('a body that is too large is refused', async () => {
  const body = JSON.stringify({ event: 'line', props: { text: '.'.repeat(1024 * 1024) } })
  expect((await post(await open(), '/sse/rooms/a', body)).status).toBe(413)
})

test.each(['', 'a token of the tester', 'a token of the test'])(
  'whoever has not the token cannot: %j',
  async (token) => {
    const response = await post(await open(), '/sse/rooms/a', '{"event":"line"}', token)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  },
)

test('without a token there is no such URL', async () => {
  const root = await fixture({ 'streams/rooms/[room].tsx': STREAM })
  const app = await createTestApp({ root })
  apps.push(app)
  expect((await post(app, '/sse/rooms/a', '{}')).status).toBe(405)
})

test('a token that can be guessed is refused', async () => {
  expect(createTestApp({ publishToken: 'secret' })).rejects.toThrow(
    'publishToken of rivulet() is too short.\n\nExpected: at least 16 characters\nGot: 6',
  )
})
