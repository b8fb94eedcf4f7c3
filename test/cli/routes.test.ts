import { expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { fixture } from '../fixture.ts'
import { runQuietly } from '../run/process.ts'

const repository = resolve(import.meta.dir, '../..')
const command = [process.execPath, join(repository, 'src/cli/rivulet.ts'), 'routes']

test('the routes of the starter are listed, in the order of their URLs', async () => {
  const { exitCode, output } = await runQuietly(command, {}, repository)
  expect(output).toBe(`METHOD  URL                 FILE
GET     /                   pages/index.tsx
GET     /assets/*           components/
GET     /chat/:room         pages/chat/[room].tsx
POST    /chat/:room         pages/chat/[room].tsx
GET     /feed               pages/feed.tsx
POST    /feed               pages/feed.tsx
GET     /healthz            rivulet
GET     /metrics            rivulet
GET     /notifications      pages/notifications.tsx
POST    /notifications      pages/notifications.tsx
GET     /readyz             rivulet
GET     /sse                streams/
GET     /sse/dashboard      streams/dashboard.tsx
GET     /sse/feed           streams/feed.tsx
GET     /sse/notifications  streams/notifications.tsx
GET     /sse/rooms/:room    streams/rooms/[room].tsx
GET     /sse/tasks/:task    streams/tasks/[task].tsx
GET     /tasks              pages/tasks/index.tsx
POST    /tasks              pages/tasks/index.tsx
GET     /tasks/:task        pages/tasks/[task].tsx`)
  expect(exitCode).toBe(0)
})

test('a folder without anything has what every app has', async () => {
  const { exitCode, output } = await runQuietly(command, {}, await fixture())
  expect(output).toBe(`METHOD  URL        FILE
GET     /assets/*  components/
GET     /healthz   rivulet
GET     /metrics   rivulet
GET     /readyz    rivulet
GET     /sse       streams/`)
  expect(exitCode).toBe(0)
})

test('every method of a page is listed', async () => {
  const root = await fixture({
    'pages/(shop)/items/[...path].tsx': `import { action } from 'rivulet'
const act = action({ body: {} }, () => {})
export { act as DELETE, act as POST, act as PUT }
export default () => null`,
  })
  const { output } = await runQuietly(command, {}, root)
  expect(output.split('\n').filter((line) => line.includes('items'))).toEqual([
    'DELETE  /items/*   pages/(shop)/items/[...path].tsx',
    'GET     /items/*   pages/(shop)/items/[...path].tsx',
    'POST    /items/*   pages/(shop)/items/[...path].tsx',
    'PUT     /items/*   pages/(shop)/items/[...path].tsx',
  ])
})

test('a broken folder is told as it is when it starts', async () => {
  const root = await fixture({
    'pages/a.tsx': 'export default () => null',
    'pages/a/index.tsx': 'export default () => null',
  })
  const { exitCode, output } = await runQuietly(command, {}, root)
  expect(output).toBe(`Two files answer the same URL.

Expected: one file for /a
Got: pages/a.tsx and pages/a/index.tsx`)
  expect(exitCode).toBe(1)
})

test('what app.ts binds is listed as well, and its timers do not keep the command', async () => {
  const root = await fixture({
    'pages/index.tsx': 'setInterval(() => {}, 1000)\nexport default () => null',
    'app.ts': `import { rivulet } from 'rivulet'
export default rivulet().get('/api/time', () => ({ now: 0 }))`,
  })
  const { exitCode, output } = await runQuietly(command, {}, root)
  expect(output).toContain('GET     /api/time  app.ts')
  expect(exitCode).toBe(0)
})
