import { expect, test } from 'bun:test'
import { clientScript } from '../../src/server/client-script.ts'

const NAMES = ['sse', 'page', 'share', 'dev'] as const

test('the extension is at most 4 KB, the other scripts less', async () => {
  const sizes: Record<string, number> = {}
  for (const name of NAMES)
    sizes[name] = Bun.gzipSync(await clientScript(`${name}.ts`), { level: 9 }).byteLength
  expect(sizes['sse']).toBeLessThanOrEqual(4096)
  expect(sizes['page']).toBeLessThanOrEqual(768)
  expect(sizes['share']).toBeLessThanOrEqual(2048)
})

test.each(NAMES)(
  '%s.js is one script: no import, nothing global, no code from text',
  async (name) => {
    const code = await clientScript(`${name}.ts`)
    expect(code).toMatch(/^\(\(\)=>\{[^]*\}\)\(\);\s*$/)
    expect(code).not.toMatch(
      /\b(import|require|eval|Function|innerHTML|outerHTML\s*=|document\.write)\b\s*[(=]/,
    )
    expect(code).not.toMatch(/elysia|zod|bun:|node:/)
    // That it can be read as a script, and not only as a module.
    expect(new Bun.Transpiler({ loader: 'js' }).scan(code)).toEqual({ exports: [], imports: [] })
  },
)

test('the script of rivulet dev takes its version from before it', async () => {
  expect(await clientScript('dev.ts')).toContain('rivuletVersion')
})

test('a script is built once', async () => {
  expect(await clientScript('sse.ts')).toBe(await clientScript('sse.ts'))
  expect(clientScript('sse.ts')).toBe(clientScript('sse.ts'))
})
