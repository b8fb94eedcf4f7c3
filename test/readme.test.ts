import { beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeBlocks } from './readme/blocks.ts'
import { checkBlocks, type CheckResult } from './readme/check.ts'

const root = `${import.meta.dir}/..`
const pages = ['README.md', ...new Bun.Glob('docs/*.md').scanSync(root)].map((page) => ({
  page,
  blocks: codeBlocks(readFileSync(`${root}/${page}`, 'utf8')),
}))

/** A type check of a whole project on a busy machine. */
const CHECK_TIMEOUT_MS = 60_000

describe.each(pages)('$page', ({ page, blocks }) => {
  let result: CheckResult

  beforeAll(async () => {
    result = await checkBlocks(blocks, page)
  }, CHECK_TIMEOUT_MS)

  test('shows code', () => {
    expect(blocks.length, `${page} has no TypeScript block`).toBeGreaterThan(0)
  })

  test.each(blocks.map(({ line, file }) => [line, file] as const))('line %d: %s', (line) => {
    expect(result.errors.get(line) ?? []).toEqual([])
  })

  test('meets no error elsewhere', () => {
    expect(result.others).toEqual([])
  })

  test('links to what is there', async () => {
    const text = await Bun.file(`${root}/${page}`).text()
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, target = '']) => target,
    )
    for (const target of targets) {
      const path = join(root, dirname(page), target)
      expect([target, existsSync(path)]).toEqual([target, true])
    }
  })
})

const SAMPLE = `# Sample

## One

\`\`\`tsx
// components/Hello.tsx                 -> a remark
import { raw, type Element } from 'rivulet'

export const Hello = ({ name }: { name: string }): Element => <p>{name}{raw('!')}</p>
\`\`\`

- in a list:

  \`\`\`tsx
  // pages/[id].tsx
  import { Hello } from '../components/Hello.tsx'

  export default () => <Hello nam="x" />
  \`\`\`

\`\`\`sh
not checked
\`\`\`

## Two

\`\`\`ts ignore
import { Hello } from './components/Hello.tsx'
const unread = 1
\`\`\`

\`\`\`ts
// a.ts
export const a: number = 1
\`\`\`

\`\`\`ts
// b.ts
import { a } from './a.ts'
export const b: number = a
\`\`\`

\`\`\`ts
// a.ts
export const a: string = 'later'
\`\`\`
`

describe('a block', () => {
  const sample = codeBlocks(SAMPLE)

  test('is named by its first line, and belongs to a section', () => {
    expect(sample.map(({ section, line, file }) => `${section} ${line} ${file}`)).toEqual([
      'One 6 components/Hello.tsx',
      'One 15 pages/[id].tsx',
      'Two 28 line-28.ts',
      'Two 33 a.ts',
      'Two 38 b.ts',
      'Two 44 a.ts',
    ])
  })

  test(
    'is reported with its place in README.md, whatever stands behind its language',
    async () => {
      const { errors } = await checkBlocks(sample)
      expect([...errors.keys()].sort((a, b) => a - b)).toEqual([15, 28, 38])
      expect(errors.get(15)?.join()).toStartWith('README.md:18:29: error TS2322')
      expect(errors.get(28)?.join()).toStartWith('README.md:28:23: error TS2307')
      expect(errors.get(38)?.join()).toStartWith('README.md:40:14: error TS2322')
    },
    CHECK_TIMEOUT_MS,
  )

  test('that is not closed is an error', () => {
    expect(() => codeBlocks('```ts\n')).toThrow(
      'The code block that begins on line 1 is not closed.',
    )
  })

  test('may not leave its folder', () => {
    expect(() => codeBlocks('```ts\n// ../a.ts\n```')).toThrow('../a.ts leads out of the folder')
  })
})
