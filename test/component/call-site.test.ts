import { afterAll, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { relative } from 'node:path'
import { Field } from 'rivulet'
import { callSite } from '../../src/component/call-site.ts'

const folder = await mkdtemp(`${tmpdir()}/rivulet-call-site-`)
afterAll(() => rm(folder, { recursive: true }))

test('names the file and line that called', () => {
  expect(callSite()).toBe('test/component/call-site.test.ts:12')
  const nested = (): string => callSite()
  expect(nested()).toBe('test/component/call-site.test.ts:13')
})

test.each(['plain.ts', '(group)/index.ts', 'with space/[param].ts', 'a (b)/(c) d/e.ts'])(
  'names %s',
  async (name) => {
    const file = `${folder}/${name}`
    await mkdir(file.slice(0, file.lastIndexOf('/')), { recursive: true })
    // Not `return callSite()`: that is a tail call, for which JavaScriptCore keeps no frame.
    const module = `${import.meta.dir}/../../src/component/call-site.ts`
    await Bun.write(
      file,
      `import { callSite } from '${module}'\n\nexport const site = callSite()\nexport function later() {\n  return { inside: callSite() }\n}\n`,
    )
    const { site, later } = (await import(file)) as {
      site: string
      later: () => { inside: string }
    }
    const expected = relative(process.cwd(), file)
    expect(site).toBe(`${expected}:3`)
    expect(later().inside).toBe(`${expected}:5`)
  },
)

test("a component of Rivulet's own is named by its file there", () => {
  expect(Field.source).toMatch(/^rivulet\/src\/page\/field\.tsx:\d+$/)
})
