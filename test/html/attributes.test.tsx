import { expect, test } from 'bun:test'
import { raw } from 'rivulet'
import { attributesMarkup } from '../../src/html/attributes.ts'
import { errorOf, render } from './render.ts'

/** Attributes as foreign data could hold them: without the types that would refuse some of these. */
function attributes(props: Record<string, unknown>): string {
  return attributesMarkup('p', props)
}

test('text is escaped', async () => {
  expect(await render(<p title={`"a" 'b' <c> & d`} />)).toBe(
    '<p title="&quot;a&quot; &#x27;b&#x27; &lt;c&gt; &amp; d"></p>',
  )
  expect(attributes({ title: 'a\r\nb\tc' })).toBe(' title="a&#13;\nb\tc"')
})

test('attributes stand in the order they were written in', async () => {
  expect(await render(<input type="text" name="a" value="b" id="c" />)).toBe(
    '<input type="text" name="a" value="b" id="c">',
  )
})

test.each([
  [{ title: '' }, ' title=""'],
  [{ title: undefined }, ''],
  [{ title: null }, ''],
  [{ tabindex: 0 }, ' tabindex="0"'],
  [{ value: -1.5 }, ' value="-1.5"'],
  [{ children: 'x', safe: true }, ''],
  [{ of: 'h2' }, ' of="h2"'],
])('%j is written as `%s`', (props, markup) => {
  expect(attributes(props)).toBe(markup)
})

test('numbers, dates and URLs are written out', () => {
  expect(attributes({ value: NaN })).toBe(' value="NaN"')
  expect(attributes({ value: 9007199254740993n })).toBe(' value="9007199254740993"')
  expect(attributes({ datetime: new Date(0) })).toBe(' datetime="1970-01-01T00:00:00.000Z"')
  expect(attributes({ title: new URL('https://a.example/?b=<&c') })).toBe(
    ' title="https://a.example/?b=%3C&amp;c"',
  )
})

test('a boolean attribute is there or not', async () => {
  expect(await render(<input disabled required={false} checked={true} />)).toBe(
    '<input disabled checked>',
  )
  expect(await render(<p hidden inert={false} />)).toBe('<p hidden></p>')
})

test('where false is a value of its own, it is written', async () => {
  expect(
    await render(
      <p
        aria-hidden={false}
        aria-busy={true}
        data-open={false}
        hx-boost={false}
        spellcheck={false}
      />,
    ),
  ).toBe(
    '<p aria-hidden="false" aria-busy="true" data-open="false" hx-boost="false" spellcheck="false"></p>',
  )
  expect(attributes({ contentEditable: false, draggable: true })).toBe(
    ' contentEditable="false" draggable="true"',
  )
  expect(attributes({ writingsuggestions: false })).toBe(' writingsuggestions="false"')
  expect(await render(<p translate={false} />)).toBe('<p translate="no"></p>')
  expect(await render(<p translate={true} />)).toBe('<p translate="yes"></p>')
})

test('aria-, data-, htmx and sse attributes are written as any other', async () => {
  expect(
    await render(
      <button
        aria-label="Close"
        data-count={3}
        data-json={JSON.stringify({ a: '<' })}
        hx-post="/x?a=1&b=2"
        hx-on:click="this.remove()"
        sse-swap="message"
      />,
    ),
  ).toBe(
    '<button aria-label="Close" data-count="3" data-json="{&quot;a&quot;:&quot;&lt;&quot;}" ' +
      'hx-post="/x?a=1&amp;b=2" hx-on:click="this.remove()" sse-swap="message"></button>',
  )
})

test('names of other libraries can be spread', async () => {
  const props = {
    '@click': 'open = true',
    ':class': 'x',
    'hx-on::after-swap': 'x()',
    'v.model_': 1,
  }
  expect(await render(<p {...props} />)).toBe(
    '<p @click="open = true" :class="x" hx-on::after-swap="x()" v.model_="1"></p>',
  )
})

test('what was put into Object.prototype reaches no element', async () => {
  const prototype = Object.prototype as { onclick?: string }
  prototype.onclick = 'alert(1)'
  try {
    expect(await render(<p id="a">text</p>)).toBe('<p id="a">text</p>')
  } finally {
    delete prototype.onclick
  }
})

test("kita's safe is accepted and changes nothing", async () => {
  expect(
    await render(
      <p safe title="&">
        {'<b>'} <i>x</i>
      </p>,
    ),
  ).toBe('<p title="&amp;">&lt;b&gt; <i>x</i></p>')
  expect(await render(<p safe={false}>{'<b>'}</p>)).toBe('<p>&lt;b&gt;</p>')
})

test.each([
  'x onload=alert(1)',
  'a"b',
  "a'b",
  'a=b',
  'a>b',
  'a/b',
  'a\0b',
  'a\n',
  '',
  ' ',
  '1a',
  '-a',
  '.a',
  'é',
  '\ud800',
])('%p cannot be the name of an attribute', (name) => {
  const message = `<p> was given an attribute that cannot be one.

Expected: a name of letters, digits, "-", "_", ":", "." and "@"
Got: ${JSON.stringify(name)}`
  expect(() => attributes({ [name]: 'x' })).toThrow(message)
  expect(() => attributes({ [name]: false })).toThrow(message)
})

test('attrs is no attribute: the error says how to pass attributes on', async () => {
  const props = { attrs: { class: 'a' } } as {}
  expect(await errorOf(() => <p {...props} />)).toBe(`<p> was given an attribute that cannot be one.

Expected: a name of letters, digits, "-", "_", ":", "." and "@"; to pass attributes on, spread them: {...attrs()}
Got: "attrs"`)
})

const HANDLERS = 'A server-rendered page has no handlers: use hx-on:… or a custom element.'

test.each<[unknown, string]>([
  [{ a: 1 }, 'an object with the keys a'],
  [['a'], 'an array'],
  [Symbol('x'), 'a symbol'],
  [raw('<b>'), 'markup of raw()'],
  [function open() {}, `a function named open\n${HANDLERS}`],
  [Promise.resolve('x'), 'an instance of Promise\nAwait it first: an attribute cannot come later.'],
])('%p is no value, and the error says what it is', (value, got) => {
  expect(() => attributes({ onclick: value }))
    .toThrow(`<p onclick> was given a value that is no attribute.

Expected: a string, number, bigint, boolean, Date or URL
Got: ${got}`)
})

test('names that objects have are names like any other', () => {
  expect(attributes(JSON.parse('{"__proto__":"a","constructor":"b"}'))).toBe(
    ' __proto__="a" constructor="b"',
  )
})

test('thousands of names, from outside, are still checked', () => {
  for (let index = 0; index < 2000; index++)
    expect(attributes({ [`data-${index}`]: index })).toBe(` data-${index}="${index}"`)
  for (let index = 0; index < 2000; index++)
    expect(attributes({ class: `c-${index}&` })).toBe(` class="c-${index}&amp;"`)
  expect(() => attributes({ 'a b': 1 })).toThrow('cannot be one')
})
