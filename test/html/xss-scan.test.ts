import { beforeAll, describe, expect, test } from 'bun:test'
import type { Element } from 'rivulet'
import { readSources } from '../architecture/source.ts'
import * as flagged from './fixtures/xss/flagged.tsx'
import { liveMarkup, skeleton } from './fixtures/xss/live-markup.ts'
import * as missed from './fixtures/xss/missed.tsx'
import { flaggedExports } from './fixtures/xss/oracle.ts'
import * as raw from './fixtures/xss/raw.tsx'
import * as refused from './fixtures/xss/refused.tsx'

// kita's scanner lists the places where text of a user reaches the page as it stands. Our runtime escapes
// every string, so a flag is no fault here but a place to look at: each is rendered with hostile text.

type Case = (text: string) => Element | Promise<Element>

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  `' autofocus onfocus='alert(1)`,
  '" onmouseover="alert(1)',
  'x onclick=alert(1) y',
  '</textarea></title></option></select></p></li><script>alert(1)</script>',
  '--><script>alert(1)</script><!--',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
]

async function render(make: Case, text: string): Promise<string> {
  return String(await make(text))
}

function casesOf(module: Record<string, Case>): [string, Case][] {
  return Object.entries(module)
}

describe('the scanner', () => {
  let found: Set<string>

  beforeAll(async () => {
    found = await flaggedExports(['flagged.tsx', 'missed.tsx', 'harmless.tsx', 'raw.tsx'])
  }, 60_000)

  function foundIn(file: string): string[] {
    const names = [...found].filter((name) => name.startsWith(`${file} `))
    return names.map((name) => name.slice(file.length + 1)).sort()
  }

  test('flags every case that is known to be dangerous', () => {
    expect(foundIn('flagged.tsx')).toEqual(Object.keys(flagged).sort())
  })

  test('misses the others, which therefore need tests of their own', () => {
    expect(foundIn('missed.tsx')).toEqual([])
  })

  test('flags nothing where no text of a user is', () => {
    expect(foundIn('harmless.tsx')).toEqual([])
  })

  test('flags raw()', () => {
    expect(foundIn('raw.tsx')).toEqual(['Raw', 'RawInComponent', 'RawNested'])
  })
})

test.each([...casesOf(flagged), ...casesOf(missed)])('%s stays text', async (_, make) => {
  const intended = skeleton(await render(make, 'harmless'))
  for (const hostile of HOSTILE) {
    const markup = await render(make, hostile)
    expect({ hostile, live: liveMarkup(markup) }).toEqual({ hostile, live: [] })
    expect({ hostile, tags: skeleton(markup) }).toEqual({ hostile, tags: intended })
  }
})

test.each(casesOf(refused))('%s is refused', async (_, make) => {
  for (const hostile of ['<script>alert(1)</script>', '" onload="alert(1)']) {
    const rendered = render(make, hostile).catch((error: unknown) => error)
    expect(await rendered).toBeInstanceOf(TypeError)
  }
})

test.each(casesOf(raw))('%s gets through, so this test would see it', async (_, make) => {
  expect(liveMarkup(await render(make, '<script>alert(1)</script>'))).toEqual(['<script>'])
  expect(liveMarkup(await render(make, '<a onclick="x()">x</a>'))).toEqual(['onclick'])
  expect(liveMarkup(await render(make, '<a href=" JAVA\nscript:x()">x</a>'))).toEqual(['href'])
})

test('the starter trusts no markup', async () => {
  const starter = await readSources('components', 'pages', 'streams')
  const trusting = starter.filter(({ text }) => /\braw\(|<[a-z][^<>]* safe[ >]/.test(text))
  expect(trusting.map(({ path }) => path)).toEqual([])
})
