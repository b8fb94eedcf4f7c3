import { expect, test } from 'bun:test'
import { def, type GlobalAttributes } from 'rivulet'
import { z } from 'zod'
import { errorOf } from '../html/render.ts'

const Toast = def(
  { message: z.string(), tone: z.enum(['info', 'error']).default('info'), count: z.number().int() },
  ({ message }) => <li>{message}</li>,
)

const SOURCE = 'test/component/parse-props.test.tsx:6'

/** The error of props that the type checker would refuse. */
async function refused(props: Record<string, unknown>): Promise<string> {
  const given = props as { message: string; count: number }
  return errorOf(() => <Toast {...given} />)
}

test.each<[string, Record<string, unknown>, string]>([
  ['a missing prop', { count: 1 }, 'message: Invalid input: expected string, received undefined'],
  [
    'a prop of another type',
    { message: 'a', count: '1' },
    'count: Invalid input: expected number, received string',
  ],
  [
    'a value that is no choice',
    { message: 'a', count: 1, tone: 'loud' },
    'tone: Invalid option: expected one of "info"|"error"',
  ],
  [
    'two mistakes',
    { count: 1.5, tone: 'loud', message: 'a' },
    'tone: Invalid option: expected one of "info"|"error"\n' +
      'count: Invalid input: expected int, received number',
  ],
])('%s is named with the file and line of the component', async (_, props, issues) => {
  expect(await refused(props)).toBe(
    `The component of ${SOURCE} was given props that it does not accept.\n\n${issues}`,
  )
})

test.each([
  ['mesage', '; did you mean "message"?'],
  ['Message', '; did you mean "message"?'],
  ['tnoe', '; did you mean "tone"?'],
  ['childen', '; did you mean "children"?'],
  ['tabIndex', '; did you mean "tabindex"?'],
  ['onclick', '.'],
  ['href', '.'],
  ['ab', '.'],
  ['ariaLabel', '.'],
  ['__proto__', '.'],
  ['constructor', '.'],
])('%s is no prop%s', async (name, meant) => {
  const props = Object.fromEntries([
    ['message', 'a'],
    ['count', 1],
    [name, 'x'],
  ])
  expect(await refused(props)).toBe(`The component of ${SOURCE} has no prop "${name}"${meant}

Expected: message, tone, count, or a global attribute (class, id, aria-*, data-*, hx-*, …)
Got: ${name}`)
})

test('a component without props says so', async () => {
  const Rule = def({}, () => <hr />)
  expect(await errorOf(() => <Rule {...({ width: 1 } as {})} />)).toContain(
    'Expected: no props, or a global attribute',
  )
})

test('every attribute that the types let through is let through', async () => {
  const Plain = def({}, () => null)
  const attributes: GlobalAttributes = { id: 'a', class: 'b', hidden: true, autofocus: true }
  expect(await errorOf(() => <Plain {...attributes} />)).toBe('nothing was thrown, but rendered: ')
})

test('a mistake deep in a prop is named with its place', async () => {
  const List = def({ items: z.array(z.object({ name: z.string() })) }, () => null)
  const items = [{ name: 'a' }, { name: 1 }] as unknown as { name: string }[]
  expect(await errorOf(() => <List items={items} />)).toEndWith(
    '\n\nitems.1.name: Invalid input: expected string, received number',
  )
})

test('an asynchronous schema is refused with an explanation', async () => {
  const Async = def({ name: z.string().refine(async () => true) }, () => null)
  expect(await errorOf(() => <Async name="a" />))
    .toEndWith(` has a prop that is checked asynchronously.

Expected: schemas without async refinements and transforms; await in the view instead
Got: a schema that answers with a promise`)
})

test('what a transform throws comes through', async () => {
  const Broken = def(
    {
      name: z.string().transform((): string => {
        throw new TypeError('of the transform')
      }),
    },
    () => null,
  )
  expect(await errorOf(() => <Broken name="a" />)).toBe('of the transform')
})

test("zod's own error is the cause", () => {
  const render = (): unknown => <Toast {...({ count: 1 } as { message: string; count: number })} />
  try {
    render()
    expect.unreachable()
  } catch (error) {
    expect((error as Error).cause).toBeInstanceOf(z.ZodError)
  }
})
