import { expect, test } from 'bun:test'
import { type Child, raw } from 'rivulet'
import { errorOf, render } from './render.ts'

test('trusted code stands in a script as it is', async () => {
  expect(await render(<script>{raw(`if (1 < 2 && "a") b('c')`)}</script>)).toBe(
    `<script>if (1 < 2 && "a") b('c')</script>`,
  )
  expect(await render(<style>{raw('a > b { color: red }')}</style>)).toBe(
    '<style>a > b { color: red }</style>',
  )
  expect(
    await render(
      <script type="module">
        {raw('a()')}
        {[raw('; b()'), null, false, Promise.resolve(raw('; c()'))]}
      </script>,
    ),
  ).toBe('<script type="module">a(); b(); c()</script>')
})

test.each<[string, Child, string]>([
  // None of these holds anything that escaping would change.
  ['a text', 'alert(1)', '"alert(1)"'],
  ['a number', 1, 'a number'],
  ['a text in a list', [raw('a('), ['alert(1)']], '"alert(1)"'],
  ['a text that comes later', Promise.resolve('alert(1)'), '"alert(1)"'],
  ['a text in a fragment', <>alert(1)</>, 'an element'],
  ['an element', <b>alert(1)</b>, 'an element'],
])('%s is refused in script and style', async (_, child, got) => {
  const message = (tag: string): string => `<${tag}> cannot hold this: \
it is not parsed as HTML, so no escaping makes text harmless.

Expected: a file of its own, or {raw(code)} with code that you trust
Got: ${got}`
  expect(await errorOf(() => <script>{child}</script>)).toBe(message('script'))
  expect(await errorOf(() => <style>{child}</style>)).toBe(message('style'))
  expect(await errorOf(() => <tag of="SCRIPT">{child}</tag>)).toBe(message('SCRIPT'))
})

test.each(['</script>', '</SCRIPT', '<!--'])('trusted code cannot hold %s', async (end) => {
  const json = raw(JSON.stringify({ name: `Ada${end}` }))
  expect(await errorOf(() => <script type="application/json">{json}</script>))
    .toBe(`<script> was given code that would break out of it.

Expected: code in which no string holds this, for example JSON.stringify(data).replaceAll('<', '\\u003c')
Got: ${JSON.stringify(`${end}"}`)}`)
})

test('the end of another element is no end', async () => {
  expect(await render(<script>{raw('a("</style>")')}</script>)).toBe(
    '<script>a("</style>")</script>',
  )
  expect(await errorOf(() => <style>{raw('a{}</style >')}</style>)).toContain('break out')
})
