import { expect, test } from 'bun:test'
import { type Child, def } from 'rivulet'
import { z } from 'zod'
import { errorOf, render } from '../html/render.ts'

const Toast = def(
  { message: z.string(), tone: z.enum(['info', 'error']).default('info') },
  ({ message, tone, attrs }) => (
    <li {...attrs({ class: ['toast', `toast-${tone}`] })}>{message}</li>
  ),
)

test('props reach the view, escaped as any text', async () => {
  expect(await render(<Toast message="<b>" tone="error" />)).toBe(
    '<li class="toast toast-error">&lt;b&gt;</li>',
  )
})

test('a default stands in for an absent prop', async () => {
  expect(await render(<Toast message="Done" />)).toBe('<li class="toast toast-info">Done</li>')
  expect(await render(<Toast message="Done" tone={undefined} />)).toBe(
    '<li class="toast toast-info">Done</li>',
  )
})

test('coercions and transforms apply to every call', async () => {
  const Price = def(
    {
      cents: z.coerce.number().int(),
      currency: z.string().transform((code) => code.toUpperCase()),
      tags: z.string().transform((list) => list.split(',')),
    },
    ({ cents, currency, tags }) => [(cents / 100).toFixed(2), ' ', currency, ' ', tags.length],
  )
  expect(await render(<Price cents={'1250'} currency="eur" tags="a,b" />)).toBe('12.50 EUR 2')
})

test('an optional prop that is absent is undefined', async () => {
  const Hint = def({ text: z.string().optional() }, ({ text }) => <p>{text ?? 'none'}</p>)
  expect(await render(<Hint />)).toBe('<p>none</p>')
  expect(await render(<Hint text="" />)).toBe('<p></p>')
})

test('children are the default slot', async () => {
  const Card = def({ title: z.string() }, ({ title, children }) => (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  ))
  expect(
    await render(
      <Card title="A">
        {'<'}
        <b>x</b>
      </Card>,
    ),
  ).toBe('<section><h2>A</h2>&lt;<b>x</b></section>')
  expect(await render(<Card title="A" />)).toBe('<section><h2>A</h2></section>')
})

test('children can be declared, and are then checked', async () => {
  const Code = def({ children: z.string() }, ({ children }) => <code>{children}</code>)
  expect(await render(<Code>{'a < b'}</Code>)).toBe('<code>a &lt; b</code>')
  const props = { children: 5 } as unknown as { children: string }
  expect(await errorOf(() => <Code {...props} />)).toContain(
    'children: Invalid input: expected string, received number',
  )
})

test('a component without props takes global attributes and children', async () => {
  const Rule = def({}, ({ attrs, children }) => <p {...attrs({ class: 'rule' })}>{children}</p>)
  expect(await render(<Rule />)).toBe('<p class="rule"></p>')
  expect(await render(<Rule id="a">x</Rule>)).toBe('<p class="rule" id="a">x</p>')
})

test('a declared prop that is also a global attribute is a prop and not passed on', async () => {
  const Card = def({ title: z.string(), hidden: z.boolean() }, ({ title, hidden, attrs }) => (
    <section {...attrs()}>
      {title} {hidden && 'hidden'}
    </section>
  ))
  expect(await render(<Card title="A" hidden lang="en" />)).toBe(
    '<section lang="en">A hidden</section>',
  )
})

test('a view may be async, and so may what is in it', async () => {
  const Later = def({ name: z.string() }, async ({ name }) => {
    await Bun.sleep(1)
    return <p>{Promise.resolve(name)}</p>
  })
  expect(await render(<Later name="<" />)).toBe('<p>&lt;</p>')
})

test.each<[string, Child, string]>([
  ['null', null, ''],
  ['undefined', undefined, ''],
  ['false', false, ''],
  ['a text', '<', '&lt;'],
  ['a number', 0, '0'],
  ['a list', ['<', [1, null]], '&lt;1'],
  ['a promise', Promise.resolve('<'), '&lt;'],
])('a view may return %s', async (_, returned, markup) => {
  const Any = def({}, () => returned)
  expect(await render(<Any />)).toBe(markup)
})

test('a whole zod object declares props too, with its refinements', async () => {
  const Range = def(
    z.object({ from: z.number(), to: z.number() }).refine(({ from, to }) => from <= to, {
      message: 'from comes after to',
    }),
    ({ from, to }) => `${from} to ${to}`,
  )
  expect(await render(<Range from={1} to={2} />)).toBe('1 to 2')
  expect(await errorOf(() => <Range from={2} to={1} />)).toContain('\n\nfrom comes after to')
})

test('a component can be called as a function', async () => {
  expect(await render(Toast({ message: 'Done' }))).toBe('<li class="toast toast-info">Done</li>')
})

test('its schema knows the props, and refuses others', () => {
  expect(Toast.schema.parse({ message: 'Done' })).toEqual({ message: 'Done', tone: 'info' })
  expect(Toast.schema.safeParse({ message: 'Done', x: 1 }).success).toBe(false)
  expect(Object.keys(Toast.schema.shape)).toEqual(['message', 'tone'])
})

test('its source is the file and line of the declaration', () => {
  expect(Toast.source).toBe('test/component/def.test.tsx:6')
})

test.each(['attrs', 'key'])('a prop cannot be called %s', async (name) => {
  const message = await errorOf(() => {
    const Declared = def({ [name]: z.string() }, () => null)
    return Declared({})
  })
  expect(message.replace(/:\d+ /, ':LINE ')).toBe(`\
The component of test/component/def.test.tsx:LINE declares a prop with a name that is taken.

Expected: a name other than "attrs" and "key"
Got: ${name}`)
})
