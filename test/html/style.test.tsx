import { expect, test } from 'bun:test'
import { errorOf, render } from './render.ts'

async function styled(style: unknown): Promise<string> {
  return render(<p {...{ style: style as string }} />)
}

test.each<[unknown, string]>([
  ['color: red', ' style="color: red"'],
  ['', ''],
  [undefined, ''],
  [null, ''],
  [false, ''],
  [{}, ''],
  [{ color: 'red', marginTop: 0 }, ' style="color:red;margin-top:0;"'],
  [{ color: undefined, top: null, left: false, flexGrow: 1.5 }, ' style="flex-grow:1.5;"'],
  [{ 'background-color': 'red' }, ' style="background-color:red;"'],
  [{ '--cardGap': '1rem', '--n': 2 }, ' style="--cardGap:1rem;--n:2;"'],
  [
    { WebkitLineClamp: 2, msFlex: 1, MozAppearance: 'none' },
    ' style="-webkit-line-clamp:2;-ms-flex:1;-moz-appearance:none;"',
  ],
  [{ '-webkit-line-clamp': 2 }, ' style="-webkit-line-clamp:2;"'],
  [
    { fontFamily: '"A" & \'B\'', background: 'url(data:image/png;base64,AA==)' },
    ' style="font-family:&quot;A&quot; &amp; &#x27;B&#x27;;background:url(data:image/png;base64,AA==);"',
  ],
  ['"><script>\r', ' style="&quot;&gt;&lt;script&gt;&#13;"'],
  [{ color: '"><script>' }, ' style="color:&quot;&gt;&lt;script&gt;;"'],
])('style %j', async (style, markup) => {
  expect(await styled(style)).toBe(`<p${markup}></p>`)
})

test('properties are typed, custom ones too', async () => {
  const style = { color: 'red', '--gap': '1rem' } as const
  expect(await render(<p style={style} />)).toBe('<p style="color:red;--gap:1rem;"></p>')
})

const EXPECTED = `A style was given something that is none.

Expected: CSS as text, or an object of properties, each a string or a number: { color: 'red' }
Got: `

test.each<[unknown, string]>([
  [true, 'a boolean'],
  [5, 'a number'],
  [['color: red'], 'an array'],
  [() => 'color: red', 'a function'],
  [{ color: true }, 'a boolean as color'],
  [{ color: { toString: () => '"><script>' } }, 'an object with the keys toString as color'],
  [{ 'x"><script>': 'red' }, 'a property named "x\\"><script>"'],
  [{ 'color:red;top': '0' }, 'a property named "color:red;top"'],
  [{ '': '0' }, 'a property named ""'],
])('%j is no style, and the error says why', async (style, got) => {
  expect(await errorOf(async () => styled(style))).toBe(EXPECTED + got)
})
