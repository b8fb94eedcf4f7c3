import { expect, test } from 'bun:test'
import type { Child } from 'rivulet'
import { Fragment, jsx, jsxs } from 'rivulet/jsx-runtime'
import { jsxDEV } from 'rivulet/jsx-dev-runtime'
import { Html } from '../../src/html/html.ts'
import { errorOf, render } from './render.ts'

test('an element is branded, and its string is its markup', () => {
  const element = <p>text</p>
  expect(element).toBeInstanceOf(Html)
  expect(String(element)).toBe('<p>text</p>')
})

test('only one whole element counts as an element', () => {
  expect(<p>text</p>).toHaveProperty('isElement', true)
  expect(<br />).toHaveProperty('isElement', true)
  expect(<p />).toHaveProperty('isElement', true)
  expect(<>text</>).toHaveProperty('isElement', false)
})

test('an element without children has both tags', async () => {
  expect(await render(<p />)).toBe('<p></p>')
  expect(await render(<p>{null}</p>)).toBe('<p></p>')
  expect(await render(<script src="/a.js" defer />)).toBe('<script src="/a.js" defer></script>')
})

test('a fragment is its children alone', async () => {
  expect(await render(<></>)).toBe('')
  expect(
    await render(
      <>
        <b>1</b>
        {'<'}
        <>
          2 <i>3</i>
        </>
      </>,
    ),
  ).toBe('<b>1</b>&lt;2 <i>3</i>')
})

test('the compilers call the same functions', async () => {
  for (const call of [jsx, jsxs, jsxDEV])
    expect(await render(call('p', { class: 'a', children: ['x', '<'] }))).toBe(
      '<p class="a">x&lt;</p>',
    )
  expect(await render(jsx(Fragment, { children: ['x', '<'] }))).toBe('x&lt;')
})

test('a key is taken and not written', async () => {
  expect(await render(['a', 'b'].map((name) => <li key={name}>{name}</li>))).toBe(
    '<li>a</li><li>b</li>',
  )
})

test('void elements have no end tag', async () => {
  expect(await render(<br />)).toBe('<br>')
  const names = 'area base br col embed hr img input link meta param source track wbr'.split(' ')
  for (const name of names) expect(await render(<tag of={name} />)).toBe(`<${name}>`)
  expect(await render(<img src="/a.png" alt="" />)).toBe('<img src="/a.png" alt="">')
  expect(await render(<tag of="BR" />)).toBe('<BR>')
})

test('void elements have no children', async () => {
  expect(await errorOf(() => <br>text</br>)).toBe(
    '<br> is a void element.\n\nExpected: no children\nGot: some',
  )
  expect(await render(<br>{undefined}</br>)).toBe('<br>')
})

test('SVG keeps its upper-case letters', async () => {
  expect(
    await render(
      <svg viewBox="0 0 8 8" xmlns="http://www.w3.org/2000/svg">
        <linearGradient id="a" />
        <path d="M0 0L8 8" stroke-width={2} />
      </svg>,
    ),
  ).toBe(
    '<svg viewBox="0 0 8 8" xmlns="http://www.w3.org/2000/svg"><linearGradient id="a"></linearGradient>' +
      '<path d="M0 0L8 8" stroke-width="2"></path></svg>',
  )
})

test('<tag> has the name it is of', async () => {
  const level: number = 2
  expect(
    await render(
      <tag of={`h${level}`} class="title">
        {'<'}
      </tag>,
    ),
  ).toBe('<h2 class="title">&lt;</h2>')
  expect(await render(<tag of="my-element.a_b:c">x</tag>)).toBe(
    '<my-element.a_b:c>x</my-element.a_b:c>',
  )
})

test('the first line feed of pre and textarea is not lost', async () => {
  expect(await render(<pre>{'\n\na'}</pre>)).toBe('<pre>\n\n\na</pre>')
  expect(await render(<textarea>{'\na'}</textarea>)).toBe('<textarea>\n\na</textarea>')
  expect(await render(<pre>{['\n', 'a']}</pre>)).toBe('<pre>\n\na</pre>')
  expect(await render(<pre>a{'\n'}</pre>)).toBe('<pre>a\n</pre>')
  expect(await render(<p>{'\na'}</p>)).toBe('<p>\na</p>')
})

test('a component gets its props and children as they were written', async () => {
  const Card = ({ title, children }: { title: string; children?: Child }): Child => [
    title,
    ': ',
    children,
  ]
  expect(
    await render(
      <Card title="<a>">
        <b>x</b> {'<'}
      </Card>,
    ),
  ).toBe('&lt;a&gt;: <b>x</b> &lt;')
})

test.each<[unknown, string]>([
  ['', '""'],
  ['a b', '"a b"'],
  ['a><script', '"a><script"'],
  ['1a', '"1a"'],
  ['é', '"é"'],
  ['p\n', '"p\\n"'],
])('%p cannot be the name of an element', async (name, got) => {
  expect(await errorOf(() => <tag of={name as string}>x</tag>))
    .toBe(`An element has a name that cannot be one.

Expected: a letter, then letters, digits, "-", "_", ":" or "."; or a component
Got: ${got}`)
})

test('a component that is not there is no element called undefined', async () => {
  const Missing = undefined as unknown as () => Child
  expect(await errorOf(() => <Missing />)).toBe(`An element has a name that cannot be one.

Expected: a letter, then letters, digits, "-", "_", ":" or "."; or a component
Got: undefined
Is there a component of that name in the file it is imported from?`)
})
