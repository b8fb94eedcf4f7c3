import { expect, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

const page = 'export default () => <p>page</p>'
const withParams = (...names: string[]): string => `import { page } from 'rivulet'
import { z } from 'zod'
export default page({ params: { ${names.map((name) => `${name}: z.string()`).join(', ')} } }, () => null)`
const stream = `import { append, def, stream } from 'rivulet'
export default stream({ events: { tick: append(def({}, () => <b />)) } })`

/** What an app with these files says when it starts. */
async function complaint(files: Record<string, string>): Promise<string> {
  const root = await fixture(files)
  try {
    await (await createTestApp({ root })).close()
  } catch (error) {
    return String(error)
  }
  return 'nothing'
}

test.each([
  ['an extension', 'pages/a.jsx', 'pages/a.tsx', '/a'],
  ['an index', 'pages/a.tsx', 'pages/a/index.tsx', '/a'],
  ['a group', 'pages/(x)/a.tsx', 'pages/(y)/a.tsx', '/a'],
  ['the name of a param', 'pages/[a]/x.tsx', 'pages/[b]/x.tsx', '/:b/x'],
  ['a group around an index', 'pages/(x)/index.tsx', 'pages/index.tsx', '/'],
])('two files that differ in %s', async (_, one, other, url) => {
  const said = await complaint({ [one]: page, [other]: page })
  expect(said).toBe(`RouteError: Two files answer the same URL.

Expected: one file for ${url}
Got: ${one} and ${other}`)
})

test('two streams of one topic', async () => {
  const said = await complaint({ 'streams/a.tsx': stream, 'streams/a/index.tsx': stream })
  expect(said).toBe(`RouteError: Two files answer the same URL.

Expected: one file for /sse/a
Got: streams/a.tsx and streams/a/index.tsx`)
})

test('two layouts of one folder', async () => {
  const said = await complaint({
    'pages/a/_layout.ts': page.replace(/<.*/, 'null'),
    'pages/a/_layout.tsx': page,
  })
  expect(said).toBe(`RouteError: Two files have one place.

Expected: one a/_layout
Got: pages/a/_layout.ts and pages/a/_layout.tsx`)
})

test.each([
  ['export const x = 1', 'no such export'],
  ['export default 7', 'the number 7'],
  ['export default { view: 1 }', 'an object with the keys view'],
  ['export default <p>ready</p>', 'an element, not a function that makes one'],
  ['export default null', 'null'],
])('a page that exports %s', async (text, got) => {
  expect(await complaint({ 'pages/blog/post.tsx': text }))
    .toBe(`RouteError: pages/blog/post.tsx has no page as its default export.

Expected: export default page({ … }, view), or a component
Got: ${got}`)
})

test.each(['_layout', '_error', '_404'])('a %s without a component', async (name) => {
  expect(await complaint({ [`pages/${name}.tsx`]: 'export const x = 1' }))
    .toBe(`RouteError: pages/${name}.tsx has no component as its default export.

Expected: export default ({ children }) => …
Got: no such export`)
})

test('a stream without a stream', async () => {
  expect(await complaint({ 'streams/clock.tsx': 'export default function Clock() {}' }))
    .toBe(`RouteError: streams/clock.tsx has no stream as its default export.

Expected: export default stream({ events: { tick: latest(Clock) } })
Got: a function named Clock`)
})

test('a stream that is the one of another file', async () => {
  const said = await complaint({
    'streams/a.tsx': stream,
    'streams/b.tsx': `export { default } from './a.tsx'`,
  })
  expect(said).toBe(`RouteError: streams/b.tsx exports the stream of streams/a.tsx.

Expected: a stream of its own: its path is its topic
Got: a function`)
})

test('a method that is no action', async () => {
  expect(await complaint({ 'pages/a.tsx': `${page}\nexport const POST = () => {}` }))
    .toBe(`RouteError: pages/a.tsx exports a POST that is no action.

Expected: export const POST = action({ body: { … } }, handler)
Got: a function named POST`)
})

test('a param that is not declared', async () => {
  expect(await complaint({ 'pages/[room].tsx': withParams() }))
    .toBe(`RouteError: pages/[room].tsx has a param in its path that it does not declare.

Expected: params: { room: z.string() }
Got: no params`)
})

test('a param that is misspelt', async () => {
  expect(await complaint({ 'pages/[room].tsx': withParams('rooms') }))
    .toBe(`RouteError: pages/[room].tsx has a param in its path that it does not declare.

Expected: params: { room: z.string() }
Got: params: { rooms }; is "rooms" meant to be "room"?`)
})

test('a param that the path does not have', async () => {
  expect(await complaint({ 'pages/[a]/x.tsx': withParams('a', 'b') }))
    .toBe(`RouteError: pages/[a]/x.tsx declares a param that its path does not have.

Expected: [a]
Got: b`)
  expect(await complaint({ 'pages/x.tsx': withParams('b') }))
    .toBe(`RouteError: pages/x.tsx declares a param that its path does not have.

Expected: a path with [b] in it
Got: b`)
})

test('a param of an action that the path does not have', async () => {
  const text = `import { action } from 'rivulet'
import { z } from 'zod'
export const POST = action({ params: { id: z.string() }, body: {} }, () => {})
${page}`
  expect(await complaint({ 'pages/x.tsx': text })).toContain(
    'pages/x.tsx declares a param that its path does not have.',
  )
})

test('a component as a page whose props are not its params', async () => {
  const text = `import { def } from 'rivulet'
import { z } from 'zod'
export default def({ name: z.string() }, ({ name }) => <p>{name}</p>)`
  expect(await complaint({ 'pages/[user].tsx': text })).toContain(
    'pages/[user].tsx has a param in its path that it does not declare.',
  )
})

test('a name that cannot be a URL', async () => {
  expect(await complaint({ 'pages/my page.tsx': page })).toContain(
    'pages/my page.tsx cannot be a URL.',
  )
})

test('a page that fails to load says so with its own error', async () => {
  expect(await complaint({ 'pages/a.tsx': 'throw new Error("no database")' })).toBe(
    'Error: no database',
  )
  expect(await complaint({ 'pages/b.tsx': 'export default (' })).toContain('Unexpected end of file')
  expect(await complaint({ 'pages/c.tsx': `import './nowhere.ts'` })).toContain('./nowhere.ts')
})
