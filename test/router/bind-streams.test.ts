import { afterAll, expect, spyOn, test } from 'bun:test'
import { rivulet } from 'rivulet'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const files = {
  'streams/rooms/[room].tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
export default stream({
  params: { room: z.string().max(9) },
  events: { said: append(def({ text: z.string() }, ({ text }) => <p>{text}</p>)) },
  authorize: ({ params }) => params.room !== 'private',
  load: ({ room }) => { if (room === 'broken') throw new Error('secret') },
})`,
  'streams/files/[...path].tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
export default stream({ params: { path: z.string() }, events: { seen: append(def({}, () => <b />)) } })`,
}
// An app of its own for each: streams belong to the app that walked their folder last.
const start = async (options = {}) => createTestApp({ root: await fixture(files), ...options })
const app = await start()
afterAll(() => app.close())

test.each([
  ['/sse/rooms/lobby', 200],
  ['/sse/rooms/lobby/', 200],
  ['/sse/rooms/private', 403],
  ['/sse/rooms/a-very-long-name', 400],
  ['/sse/rooms/%E0%A4%A', 400],
  ['/sse/rooms/', 404],
  ['/sse/files/a/b', 200],
  ['/sse/files/', 404],
  ['/sse/files/%80', 400],
])('HEAD %s answers as GET does, and ends', async (path, status) => {
  const head = await app.fetch(path, { method: 'HEAD' })
  expect(head.status).toBe(status)
  expect(await head.text()).toBe(status === 404 && path === '/sse/rooms/' ? 'NOT_FOUND' : '')
  const get = await app.fetch(path)
  expect(get.status).toBe(status)
  await get.body?.cancel()
  expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
})

test('HEAD from a socket ends, too', async () => {
  const server = rivulet({ root: await fixture(files) })
  await server.modules
  server.listen({ port: 0, reusePort: false })
  const response = await fetch(`http://localhost:${server.server?.port}/sse/rooms/lobby`, {
    method: 'HEAD',
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(server.server?.pendingRequests).toBe(0)
  await server.stop()
})

test('a stream that fails says what only in development', async () => {
  const log = spyOn(console, 'error').mockImplementation(() => {})
  const html = { headers: { accept: 'text/html' } }
  const developing = await app.fetch('/sse/rooms/broken', html)
  expect([developing.status, await developing.text()]).toEqual([500, 'Error: secret'])
  const production = await start({ development: false })
  const response = await production.fetch('/sse/rooms/broken', html)
  expect([response.status, await response.text()]).toEqual([500, 'Something went wrong.'])
  expect(log.mock.calls.map(([where]) => String(where))).toEqual([
    'GET /sse/rooms/broken failed.\n',
    'GET /sse/rooms/broken failed.\n',
  ])
  log.mockRestore()
  await production.close()
})
