import { expect, test } from 'bun:test'
import { createMemoryBroker, rivulet } from 'rivulet'
import { fixture } from '../fixture.ts'

const files = {
  'streams/said.tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
export default stream({ events: { said: append(def({ text: z.string() }, ({ text }) => <p>{text}</p>)) } })`,
  'pages/index.tsx': `import { action } from 'rivulet'
import Said from '../streams/said.tsx'
export const POST = action({ body: {} }, async () => {
  await Bun.sleep(200)
  return new Response(await Said.publish('said', { text: 'late' }))
})
export default () => null`,
}

async function serve(options = {}) {
  const app = rivulet({ root: await fixture(files), ...options })
  await app.modules
  app.listen({ port: 0, reusePort: false })
  return { app, origin: `http://localhost:${app.server?.port}` }
}

test('stop() ends open streams, and lets a request under way finish and publish', async () => {
  const { app, origin } = await serve()
  const stream = await fetch(`${origin}/sse/said`)
  const request = fetch(origin, { method: 'POST', body: new URLSearchParams() })
  await Bun.sleep(50)
  const stopped = app.stop()
  expect(await stream.text()).toStartWith('retry: ')
  const response = await request
  expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(/\.1$/)])
  await stopped
})

test('stop(true) waits for nothing', async () => {
  const { app, origin } = await serve()
  const stream = await fetch(`${origin}/sse/said`)
  await app.stop(true)
  await stream.text().catch(() => 'cut off')
})

test('a broker that was handed in stays open', async () => {
  const broker = createMemoryBroker()
  const { app } = await serve({ broker })
  await app.stop()
  const retention = { events: 1, age: 1000, bytes: 1000 }
  expect(await broker.publish('x', '{}', { retention })).toEndWith('.1')
  await broker.close()
})
