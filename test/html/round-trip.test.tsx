import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { attributesMarkup } from '../../src/html/attributes.ts'
import { describeElements } from './fixtures/describe-elements.ts'
import { render } from './render.ts'

// What a browser makes of our markup is what was written, for any text. Two parsers that know nothing of us
// say so: linkedom for the text, and Bun's HTMLRewriter for the tags and attributes.

const SPECIAL =
  `< > & " ' \` = / ! - ; # \r \n \t \f \0 \v \u0085 \u00a0 \u2028 \ufeff \ud800 \udc00 😀 é ` +
  `<b> </p> </P > <!-- --> <![CDATA[ ]]> <script> </script> </textarea> </title> &amp; &lt; &#13; &#x27; ` +
  `&quot &notit; javascript: onload=alert(1) "> '> ><svg/onload=x`

const special = fc.string({ unit: fc.constantFrom(...SPECIAL.split(' '), ' ', 'a', '1') })
const text = fc.oneof(special, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' }))

/** linkedom reads a class as a list of names: without spaces it is one. */
const className = text.map((value) => value.replaceAll(/\s/g, ''))

const RUNS = { numRuns: 2000 }

/** The one element of some markup, as linkedom reads it. */
function parse(markup: string): Element {
  const { document } = parseHTML(`<!doctype html><html><body>${markup}</body></html>`)
  expect(document.body.childNodes).toHaveLength(1)
  return document.body.firstElementChild as unknown as Element
}

/** A parser makes line feeds of literal carriage returns before it does anything else; linkedom does not. */
function expectNoLiteralReturn(markup: string): void {
  expect(markup).not.toContain('\r')
}

test('any text between tags comes back', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (first, second) => {
      const markup = await render(
        <p>
          {first}
          {Promise.resolve([second])}
        </p>,
      )
      const element = parse(markup)
      expect(element.textContent).toBe(first + second)
      expect(element.children).toHaveLength(0)
      expectNoLiteralReturn(markup)
      expect(describeElements(markup)).toEqual(['p'])
    }),
    RUNS,
  )
})

test('any text in pre, textarea and title is written as in any other element', async () => {
  const names = fc.constantFrom('pre', 'textarea', 'title')
  await fc.assert(
    fc.asyncProperty(text, names, async (value, name) => {
      const markup = await render(<tag of={name}>{value}</tag>)
      const first = name !== 'title' && value.startsWith('\n') ? '\n' : ''
      // linkedom does not read character references in textarea and title, which a browser does.
      const content = markup.slice(`<${name}>`.length, -`</${name}>`.length)
      expect(parse(`<p>${content}</p>`).textContent).toBe(first + value)
      expect(describeElements(markup)).toEqual([name])
    }),
    RUNS,
  )
})

test('any text in attributes comes back, and makes no other attribute', async () => {
  await fc.assert(
    fc.asyncProperty(text, className, text, async (title, name, style) => {
      const markup = await render(<a title={title} class={[name]} style={style} data-x={title} />)
      const element = parse(markup)
      expect(element.getAttribute('title')).toBe(title)
      expect(element.getAttribute('data-x')).toBe(title)
      expect(element.getAttribute('class') ?? '').toBe(name)
      expect(element.getAttribute('style') ?? '').toBe(style)
      expectNoLiteralReturn(markup)
      const names = ['title', name && 'class', style && 'style', 'data-x'].filter(Boolean)
      expect(describeElements(markup)).toEqual([['a', ...names].join(' ')])
    }),
    RUNS,
  )
})

test('any link comes back, or is blocked because it is a script', async () => {
  await fc.assert(
    fc.asyncProperty(text, async (url) => {
      const element = parse(await render(<a href={url}>x</a>))
      const href = element.getAttribute('href')
      if (href !== 'about:blank#blocked') expect(href).toBe(url)
      expect(isScript(href ?? '')).toBe(false)
    }),
    RUNS,
  )
})

/** Asked of the URL parser of the platform. */
function isScript(url: string): boolean {
  return URL.parse(url, 'https://a.example/')?.protocol === 'javascript:'
}

test('any disguise of a script is seen through', () => {
  const noise = fc.string({ unit: fc.constantFrom('\t', '\n', '\r'), maxLength: 2 })
  const letters = fc.tuple(
    ...'javascript:'.split('').map((letter) => fc.tuple(fc.constant(letter), noise)),
  )
  const lead = fc.string({ unit: fc.constantFrom('\0', '\u0001', '\u001f', ' ', '\n') })
  fc.assert(
    fc.property(lead, letters, fc.boolean(), (before, parts, upper) => {
      const url = before + parts.flat().join('') + 'alert(1)'
      const written = upper ? url.toUpperCase() : url
      expect(isScript(written)).toBe(true)
      expect(attributesMarkup('a', { href: written })).toBe(' href="about:blank#blocked"')
    }),
    RUNS,
  )
})

test('any name of an attribute is that attribute, or refused', async () => {
  const names = fc.oneof(
    special,
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'aZ_:@.-1'.split('')) }),
  )
  await fc.assert(
    fc.asyncProperty(names, text, async (name, value) => {
      // linkedom keeps attributes by name in an object, which loses __proto__.
      fc.pre(!['children', 'safe', 'className', '__proto__'].includes(name) && value !== '')
      const make = async (): Promise<string> => render(<p {...{ [name]: value }}>x</p>)
      const markup = await make().catch(() => '<p>x</p>')
      // HTML does not tell upper from lower case here; linkedom does.
      const found = [...parse(markup).attributes].map((attribute) => [
        attribute.name.toLowerCase(),
        attribute.value,
      ])
      if (markup !== '<p>x</p>') expect(found).toEqual([[name.toLowerCase(), value]])
      expect(describeElements(markup)).toEqual([['p', ...found.map(([known]) => known)].join(' ')])
    }),
    RUNS,
  )
})

test('any name of an element is that element, or refused', async () => {
  const names = fc.oneof(
    special,
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'aZ_:.-1'.split('')) }),
  )
  await fc.assert(
    fc.asyncProperty(names, text, async (name, value) => {
      const make = async (): Promise<string> => render(<tag of={name} title={value} />)
      const markup = await make().catch(() => '')
      if (markup !== '') expect(describeElements(markup)).toEqual([`${name.toLowerCase()} title`])
    }),
    RUNS,
  )
})

test('any style property comes back, or is refused', async () => {
  const names = fc.oneof(special, fc.string(), fc.constantFrom('color', 'marginTop', '--x'))
  await fc.assert(
    fc.asyncProperty(names, text, async (name, value) => {
      const make = async (): Promise<string> => render(<p style={{ [name]: value }}>x</p>)
      const markup = await make().catch(() => '<p>x</p>')
      const style = parse(markup).getAttribute('style')
      if (style !== null) expect(style.replace('marginTop', 'margin-top')).toEndWith(`:${value};`)
      expect(describeElements(markup)).toEqual([style === null ? 'p' : 'p style'])
    }),
    RUNS,
  )
})
