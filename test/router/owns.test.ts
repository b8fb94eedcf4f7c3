import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createTestApp, type TestApp } from '../../src/testing.ts'
import { rejection } from '../broker/rejection.ts'
import { fixture } from '../fixture.ts'

const stream = (params: string, authorize = '') => `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)
export default stream({ params: { ${params} }, events: { line: append(Line) }, ${authorize} })`

const root = await fixture({
  'streams/rooms/admin.tsx': stream('', 'authorize: () => false'),
  'streams/rooms/[room].tsx': stream('room: z.string()'),
  'streams/secret/[id].tsx': stream('id: z.string()', 'authorize: () => false'),
  'streams/[...rest].tsx': stream('rest: z.string()'),
})
let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ root })
})
afterAll(() => app.close())

test.each(['/sse/rooms/%61dmin', '/sse/secret%2F7', '/sse/rooms%2Fadmin', '/sse/%73ecret/7'])(
  '%s has nothing of the stream that forbids it',
  async (path) => {
    for (const accept of ['text/html', 'text/event-stream']) {
      const response = await app.fetch(path, { headers: { accept } })
      expect([400, 403]).toContain(response.status)
    }
    const many = await app.fetch(`/sse?on=${encodeURIComponent(path.slice('/sse/'.length))}`)
    expect(many.status).toBe(403)
  },
)

test('nor can anything be published to it, or painted, by the other', async () => {
  const { default: rooms } = await import(`${root}/streams/rooms/[room].tsx`)
  expect(await rejection(rooms.at({ room: 'admin' }).publish('line', { text: 'x' }))).toContain(
    `streams/rooms/[room].tsx has no topic rooms/admin.

Expected: params whose URL leads to this stream
Got: /sse/rooms/admin, which another stream answers`,
  )
  expect(await rejection(rooms({ room: 'admin' }))).toContain('has no topic rooms/admin')
  expect(await rooms.at({ room: 'lobby' }).publish('line', { text: 'x' })).toBeString()
})

test('a stream whose URL would be that of several topics is refused', async () => {
  const index = await fixture({ 'streams/index.tsx': stream('') })
  expect(await rejection(createTestApp({ root: index }))).toContain(
    'streams/index.tsx would be /sse, which has the events of several topics.',
  )
})
