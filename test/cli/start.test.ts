import { afterEach, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { fixture } from '../fixture.ts'

const repository = resolve(import.meta.dir, '../..')
const command = [process.execPath, join(repository, 'src/cli/rivulet.ts')]

const running = new Set<Bun.Subprocess>()
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await Promise.all([...running].map(async (child) => child.exited))
  running.clear()
})

/** Runs `rivulet …` in a folder, with a free port unless told otherwise. */
function rivulet(
  root: string,
  words: string,
  environment: Readonly<Record<string, string | undefined>> = {},
) {
  const child = Bun.spawn([...command, ...words.split(' ')], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: undefined,
      HOST: undefined,
      PORT: '0',
      NO_COLOR: '1',
      ...environment,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  running.add(child)
  return child
}

/** The exit code, and what was written. */
async function ending(child: ReturnType<typeof rivulet>): Promise<[number, string, string]> {
  return [
    await child.exited,
    await new Response(child.stdout).text(),
    await new Response(child.stderr).text(),
  ]
}

/** Where it says that it listens. */
async function origin(child: ReturnType<typeof rivulet>): Promise<string> {
  const { value } = await child.stdout.getReader().read()
  const said = new TextDecoder().decode(value)
  expect(said).toMatch(/^Listening on http:\/\/localhost:\d+\n$/)
  return said.slice('Listening on '.length).trim()
}

const PAGE = {
  'pages/index.tsx': 'export default () => <p>{process.env.NODE_ENV}</p>',
  'pages/boom.tsx': 'export default () => { throw new Error("secret") }',
  'streams/ticks.tsx': `import { append, def, stream } from 'rivulet'
export default stream({ events: { tick: append(def({}, () => <b />)) } })`,
}

test('the starter is served', async () => {
  const url = await origin(rivulet(repository, 'start'))
  const html = await (await fetch(url)).text()
  expect(html).toContain('<h1>Components that stream themselves</h1>')
  for (const [, asset] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g))
    expect((await fetch(url + asset)).status).toBe(200)
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok')
})

test('a folder is served for production unless NODE_ENV says otherwise', async () => {
  const root = await fixture(PAGE)
  const url = await origin(rivulet(root, 'start'))
  expect(await (await fetch(url)).text()).toBe('<p>production</p>')
  expect(await (await fetch(`${url}/boom`)).text()).not.toContain('secret')
  const developing = await origin(rivulet(root, 'start', { NODE_ENV: 'development' }))
  expect(await (await fetch(developing)).text()).toBe('<p>development</p>')
  expect(await (await fetch(`${developing}/boom`)).text()).toContain('Error: secret')
})

test('app.ts is served where there is one', async () => {
  const root = await fixture({
    ...PAGE,
    'app.ts': `import { rivulet } from 'rivulet'\nexport default rivulet().get('/api', () => ({ ok: true }))`,
  })
  const url = await origin(rivulet(root, 'start'))
  expect(await (await fetch(`${url}/api`)).json()).toEqual({ ok: true })
  expect((await fetch(url)).status).toBe(200)
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends open streams, and then the server',
  async (signal) => {
    const child = rivulet(await fixture(PAGE), 'start')
    const url = await origin(child)
    const streams = await Promise.all(
      Array.from({ length: 20 }, async () => fetch(`${url}/sse/ticks`)),
    )
    const before = performance.now()
    child.kill(signal)
    const [exitCode] = await Promise.all([
      child.exited,
      ...streams.map(async (stream) => stream.text()),
    ])
    expect(exitCode).toBe(0)
    // Well below the ten seconds that requests under way would get.
    expect(performance.now() - before).toBeLessThan(5000)
  },
)

test('SIGTERM lets a request under way finish', async () => {
  const root = await fixture({
    'pages/slow.tsx': `export default async () => { console.error('begun'); await Bun.sleep(300); return <p>slow</p> }`,
  })
  const child = rivulet(root, 'start')
  const response = fetch(`${await origin(child)}/slow`)
  await child.stderr.getReader().read()
  child.kill('SIGTERM')
  expect(await (await response).text()).toBe('<p>slow</p>')
  expect(await child.exited).toBe(0)
})

test('a port in use is said to be', async () => {
  const root = await fixture(PAGE)
  const { port } = new URL(await origin(rivulet(root, 'start')))
  expect(await ending(rivulet(root, 'start', { PORT: port }))).toEqual([
    1,
    '',
    `Port ${port} is in use already.

Expected: a free port; take another with --port, PORT, or 0 for any
`,
  ])
})

test.each([
  ['start --port x', 'This is no port.\n\nExpected: a number from 0 to 65535\nGot: x\n'],
  ['start --port 65536', 'This is no port.\n\nExpected: a number from 0 to 65535\nGot: 65536\n'],
  ['start --port=-1', 'This is no port.\n\nExpected: a number from 0 to 65535\nGot: -1\n'],
  ['serve', 'There is no command "serve".\n\nExpected: dev, start or routes\nGot: serve\n'],
  ['start now', 'rivulet start takes no further words. Got: now\n'],
])('rivulet %s says what is expected', async (words, message) => {
  expect(await ending(rivulet(await fixture(PAGE), words))).toEqual([1, '', message])
})

test('PORT that is no port is refused, and --port goes before it', async () => {
  const root = await fixture(PAGE)
  expect(await ending(rivulet(root, 'start', { PORT: 'x' }))).toEqual([
    1,
    '',
    'This is no port.\n\nExpected: a number from 0 to 65535\nGot: x\n',
  ])
  await origin(rivulet(root, 'start --port 0', { PORT: 'x' }))
})

const BROKEN = `pages/index.tsx has no page as its default export.

Expected: export default page({ … }, view), or a component
Got: no such export
`

test.each([
  ['without app.ts', {}],
  ['with one', { 'app.ts': `import { rivulet } from 'rivulet'\nexport default rivulet()` }],
  [
    'with one that waits',
    {
      'app.ts': `import { rivulet } from 'rivulet'\nconst app = rivulet()\nawait app.modules\nexport default app`,
    },
  ],
])('a broken folder %s ends it, naming the file', async (_, files) => {
  const root = await fixture({ ...files, 'pages/index.tsx': 'export const x = 1' })
  expect(await ending(rivulet(root, 'start'))).toEqual([1, '', BROKEN])
})

test('a mistake in the syntax of a page ends it, naming file and line', async () => {
  const root = await fixture({ 'pages/blog/post.tsx': 'export default () => (\n  <p>open\n' })
  const [exitCode, , said] = await ending(rivulet(root, 'start'))
  expect(exitCode).toBe(1)
  expect(said).toContain('pages/blog/post.tsx:2:')
})

test('an app.ts without an app ends it', async () => {
  const root = await fixture({ 'app.ts': 'export const app = 1' })
  const [exitCode, , said] = await ending(rivulet(root, 'start'))
  expect(exitCode).toBe(1)
  expect(said).toContain('has no app as its default export.\n\nExpected: export default rivulet()')
})
