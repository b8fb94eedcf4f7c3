import { expect, test } from 'bun:test'
import { type Child, raw } from 'rivulet'
import { errorOf, render } from './render.ts'

test('text is escaped', async () => {
  expect(await render(<p>{`<b>"Ada" & 'Bob'</b>`}</p>)).toBe(
    '<p>&lt;b&gt;&quot;Ada&quot; &amp; &#x27;Bob&#x27;&lt;/b&gt;</p>',
  )
})

test('text that looks escaped is escaped again, and so shown as it was written', async () => {
  expect(await render(<p>{'&lt;b&gt;'}</p>)).toBe('<p>&amp;lt;b&amp;gt;</p>')
})

test('text that looks like an element stays text', async () => {
  expect(await render(<p>{String(<b>bold</b>)}</p>)).toBe('<p>&lt;b&gt;bold&lt;/b&gt;</p>')
})

test('an object that pretends to be an element is refused', async () => {
  const pretended = { markup: '<script>', isElement: true } as unknown as Child
  expect(await errorOf(() => <p>{pretended}</p>)).toContain(
    'Got: an object with the keys markup, isElement',
  )
})

test('elements stand in elements as they are', async () => {
  expect(
    await render(
      <p>
        Hello <b>Ada</b>, <i>{'&'}</i>!
      </p>,
    ),
  ).toBe('<p>Hello <b>Ada</b>, <i>&amp;</i>!</p>')
})

test('raw() is shown as it is', async () => {
  expect(await render(<p>{raw('<b>bold</b> &amp; <br>')}</p>)).toBe('<p><b>bold</b> &amp; <br></p>')
})

test.each<[Child, string]>([
  [0, '0'],
  [-0, '0'],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [9007199254740993n, '9007199254740993'],
  ['', ''],
  [true, ''],
  [false, ''],
  [null, ''],
  [undefined, ''],
  [[], ''],
])('%p is shown as "%s"', async (child, text) => {
  expect(await render(<p>{child}</p>)).toBe(`<p>${text}</p>`)
  expect(await render(<p>{[child, child]}</p>)).toBe(`<p>${text}${text}</p>`)
  expect(await render(<>{child}</>)).toBe(text)
})

test('a condition shows its element or nothing', async () => {
  const list = (count: number): Child => <p>{count > 0 && <b>{count}</b>}</p>
  expect(await render(list(2))).toBe('<p><b>2</b></p>')
  expect(await render(list(0))).toBe('<p></p>')
})

test('a list is shown in its order, however deep, and each text in it is escaped', async () => {
  const items = [['<a>', [1, [<b>2</b>, null]]], [], '&']
  expect(await render(<p>{items}</p>)).toBe('<p>&lt;a&gt;1<b>2</b>&amp;</p>')
})

test('a list is left as it was given', async () => {
  const items: Child[] = [['a'], Promise.resolve('b'), 'c']
  await render(<p>{items}</p>)
  expect(items).toHaveLength(3)
})

test('a carriage return arrives as it is: a parser would make a line feed of a literal one', async () => {
  expect(await render(<p>{'a\r\nb\rc'}</p>)).toBe('<p>a&#13;\nb&#13;c</p>')
})

function expected(got: string): string {
  return `This cannot be a child of an element.

Expected: an element, a string, a number, a boolean, null, undefined, or an array or promise of these
Got: ${got}`
}

function Card(): string {
  return 'card'
}

class Invoice {
  total = 1
}

test.each<[unknown, string]>([
  [{ name: 'Ada', age: 36 }, 'an object with the keys name, age'],
  [{}, 'an object with the keys (none)'],
  [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, 'an object with the keys a, b, c, d, e'],
  [Object.create(null), 'an object with the keys (none)'],
  [new Date(0), 'an instance of Date'],
  [new Map(), 'an instance of Map'],
  [new Invoice(), 'an instance of Invoice'],
  [Symbol('x'), 'a symbol'],
  [() => 'x', 'a function'],
  [parseInt, 'a function named parseInt'],
  [Card, 'a function named Card\nIs it a component? Write <Card />.'],
])('%p is no child, and the error says what it is', async (value, got) => {
  const child = value as Child
  expect(await errorOf(() => <p>{child}</p>)).toBe(expected(got))
  expect(await errorOf(() => <p>{['a', [child]]}</p>)).toBe(expected(got))
  expect(await errorOf(() => <>{child}</>)).toBe(expected(got))
  expect(await errorOf(() => <p>{Promise.resolve(value) as Promise<Child>}</p>)).toBe(expected(got))
})
