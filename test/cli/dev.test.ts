import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { startServer } from '../browser/server.ts'
import { eventually } from '../create/eventually.ts'
import { fixture } from '../fixture.ts'

const CLI = resolve(import.meta.dir, '../../src/cli/rivulet.ts')

test('what an app forgets to await is reported, and the server goes on', async () => {
  const root = await fixture({
    'streams/news.tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
const Line = def({ text: z.string().min(1) }, ({ text }) => <p>{text}</p>)
export default stream({ events: { line: append(Line) } })`,
    'pages/index.tsx': `import News from '../streams/news.tsx'
export default () => {
  void News.publish('line', { text: '' })
  void Promise.reject(new Error('from a promise'))
  setTimeout(() => { throw new Error('from a timer') })
  return <h1>Here</h1>
}`,
  })
  const server = await startServer({ command: 'dev', root })
  let exitCode: number | undefined
  try {
    for (let visit = 0; visit < 2; visit++) {
      expect(await (await fetch(server.url)).text()).toContain('Here')
      await eventually('all are reported', () =>
        ['props that its component does not accept', 'from a promise', 'from a timer'].every(
          (text) => server.output().includes(text),
        ),
      )
    }
  } finally {
    exitCode = await server.stop()
  }
  // A server that falls over does so a moment after it has said why.
  expect(exitCode).toBe(0)
})

test('an app that waits for itself is told that it loads, and can be ended', async () => {
  const root = await fixture({
    'pages/index.tsx': `export default () => <h1>Here</h1>`,
    'app.ts': `import { rivulet } from 'rivulet'
const url = 'http://localhost:' + process.env.PORT
while (!(await fetch(url).then(({ ok }) => ok, () => false))) await Bun.sleep(20)
export default rivulet()`,
  })
  const free = Bun.serve({ port: 0, fetch: () => new Response() })
  const { port } = free
  await free.stop(true)
  const url = `http://localhost:${port}`
  const child = Bun.spawn([process.execPath, CLI, 'dev'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: undefined, HOST: 'localhost', PORT: String(port) },
    stdout: 'ignore',
    stderr: 'ignore',
  })
  try {
    const text = await eventually('it answers', () =>
      fetch(url).then(
        (response) => response.text(),
        () => undefined,
      ),
    )
    expect(text).toContain('Loading…')
    child.kill('SIGTERM')
    expect(await child.exited).toBe(0)
  } finally {
    child.kill('SIGKILL')
  }
})
