import { expect, test } from 'bun:test'
import { fixture } from '../fixture.ts'
import { runQuietly } from '../run/process.ts'

const BROKEN = `RouteError: pages/index.tsx has no page as its default export.

Expected: export default page({ … }, view), or a component
Got: no such export
`

/** Runs an `app.ts` in a folder with a broken page, as `bun app.ts` does. */
async function run(app: string, page = 'export const x = 1'): Promise<[number, string]> {
  const root = await fixture({ 'pages/index.tsx': page, 'app.ts': app })
  const { exitCode, output } = await runQuietly([process.execPath, 'app.ts'], {}, root)
  return [exitCode, output]
}

const count = (text: string, part: string): number => text.split(part).length - 1

test.each([
  ['that listens at once', `import { rivulet } from 'rivulet'\nrivulet().listen(0)`],
  [
    'that waits first',
    `import { rivulet } from 'rivulet'\nconst app = rivulet()\nawait app.modules\nconsole.log('ready')\napp.listen(0)`,
  ],
  [
    'around it',
    `import { Elysia } from 'elysia'\nimport { rivulet } from 'rivulet'\nconst app = new Elysia().use(rivulet())\nawait app.modules\nconsole.log('ready')\napp.listen(0)`,
  ],
])('an app %s ends with what is wrong, said once', async (_, app) => {
  const [exitCode, output] = await run(app)
  expect(exitCode).toBe(1)
  expect(output).toContain(BROKEN)
  expect(count(output, 'RouteError:')).toBe(1)
  // Elysia tells an app around it nothing: that one goes on, but not for long.
  if (!app.includes('new Elysia')) expect(output).not.toContain('ready')
})

test('a page with a mistake in its syntax is named, with the line', async () => {
  const [exitCode, output] = await run(
    `import { rivulet } from 'rivulet'\nrivulet().listen(0)`,
    'export default () => (\n  <p>open\n',
  )
  expect(exitCode).toBe(1)
  expect(output).toContain('pages/index.tsx:2:6')
})

test('an app under a prefix is refused', async () => {
  const [exitCode, output] = await run(
    `import { Elysia } from 'elysia'\nimport { rivulet } from 'rivulet'\nnew Elysia({ prefix: '/app' }).use(rivulet()).listen(0)`,
    'export default () => null',
  )
  expect(exitCode).toBe(1)
  expect(output).toContain(`RouteError: Rivulet has to answer from the root of its server.

Expected: new Elysia().use(rivulet())
Got: the prefix /app
`)
})

test('without any folder there is an app without pages', async () => {
  const root = await fixture({
    'app.ts': `import { rivulet } from 'rivulet'
const app = rivulet()
await app.modules
const response = await app.handle(new Request('http://localhost/'))
console.log(response.status)
process.exit()`,
  })
  const { exitCode, output } = await runQuietly([process.execPath, 'app.ts'], {}, root)
  expect([exitCode, output]).toEqual([0, '404'])
})
