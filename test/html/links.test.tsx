import { expect, test } from 'bun:test'
import { raw } from 'rivulet'
import { attributesMarkup } from '../../src/html/attributes.ts'
import { errorOf, render } from './render.ts'

// Attributes of which a value can be code: no escaping helps there.

function attributes(props: Record<string, unknown>): string {
  return attributesMarkup('p', props)
}

test.each(['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster'])(
  'a script in %s is blocked, however it is disguised',
  (name) => {
    const scripts = [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      ' \n\tjavascript:alert(1)',
      '\0\u0001\u001fjavascript:alert(1)',
      'java\nscr\tipt\r:alert(1)',
    ]
    for (const script of scripts) {
      expect(attributes({ [name]: script })).toBe(` ${name}="about:blank#blocked"`)
      const upper = name.toUpperCase()
      expect(attributes({ [upper]: script })).toBe(` ${upper}="about:blank#blocked"`)
    }
    expect(attributes({ [name]: new URL('javascript:alert(1)') })).toBe(
      ` ${name}="about:blank#blocked"`,
    )
  },
)

test.each([
  '/javascript:x',
  'https://a.example/?q=javascript:x',
  '#javascript:',
  'javascript',
  'mailto:a@b.example',
])('%s is no script', (url) => {
  expect(attributes({ href: url })).toBe(` href="${url}"`)
})

test('text that is no link may speak of javascript:', () => {
  expect(attributes({ title: 'javascript: the good parts' })).toBe(
    ' title="javascript: the good parts"',
  )
})

test('srcdoc is a document, so it takes only trusted markup', async () => {
  expect(await render(<iframe srcdoc={raw('<p title="a">b</p>')} />)).toBe(
    '<iframe srcdoc="&lt;p title=&quot;a&quot;&gt;b&lt;/p&gt;"></iframe>',
  )
  const props = { srcDoc: '<script>alert(1)</script>' } as {}
  expect(await errorOf(() => <iframe {...props} />))
    .toBe(`<iframe srcDoc> was given a value that is no attribute.

Expected: markup that you trust: raw(html)
Got: "<script>alert(1)</script>"`)
})
