import { describe, expect, test } from 'bun:test'
import { importCycles } from './cycles.ts'
import { undocumentedExports } from './docs.ts'
import { elysiaImports, routeCalls } from './elysia.ts'
import { exportMismatches } from './exports.ts'
import { importsOf } from './imports.ts'
import { defaultExports, emptyNames, starExports } from './names.ts'
import { undeclaredPackages } from './packages.ts'
import { roomViolations } from './rooms.ts'
import { tooLong } from './size.ts'
import { parseSource, type Source } from './source.ts'
import { foreignStarterImports } from './starter.ts'

/** Sources that exist only here, so that each rule can be seen to find what it looks for. */
function sources(files: Record<string, string>): Source[] {
  return Object.entries(files).map(([path, text]) => parseSource(path, text))
}

test('imports are seen in all their forms', () => {
  const [source] = sources({
    'src/page/a.tsx': `
      import a from './a.ts'
      import type { B } from '../html/b.ts'
      import { type C } from '../html/c.ts'
      export { d } from './d.ts'
      export type { E } from './e.ts'
      const f = await import('rivulet/testing')
      type G = import('rivulet').G
      import 'h'`,
  })
  expect(source && importsOf(source)).toEqual([
    { specifier: './a.ts', target: 'src/page/a.ts', typeOnly: false, place: 'src/page/a.tsx:2' },
    {
      specifier: '../html/b.ts',
      target: 'src/html/b.ts',
      typeOnly: true,
      place: 'src/page/a.tsx:3',
    },
    {
      specifier: '../html/c.ts',
      target: 'src/html/c.ts',
      typeOnly: false,
      place: 'src/page/a.tsx:4',
    },
    { specifier: './d.ts', target: 'src/page/d.ts', typeOnly: false, place: 'src/page/a.tsx:5' },
    { specifier: './e.ts', target: 'src/page/e.ts', typeOnly: true, place: 'src/page/a.tsx:6' },
    {
      specifier: 'rivulet/testing',
      target: 'src/testing.ts',
      typeOnly: false,
      place: 'src/page/a.tsx:7',
    },
    { specifier: 'rivulet', target: 'src/index.ts', typeOnly: true, place: 'src/page/a.tsx:8' },
    { specifier: 'h', target: undefined, typeOnly: false, place: 'src/page/a.tsx:9' },
  ])
})

describe('rooms', () => {
  test('may import what stands before them, and themselves', () => {
    const fine = sources({
      'src/page/a.ts': `import '../html/b.ts'; import './c.ts'; import 'zod'`,
      'src/index.ts': `export { d } from './server/d.ts'`,
      'src/client/e.ts': `import './f.ts'`,
    })
    expect(roomViolations(fine)).toEqual([])
  })

  test.each([
    ['src/html/a.ts', `import type { B } from '../sse/b.ts'`, 'sse stands above html'],
    ['src/html/a.ts', `import 'rivulet'`, 'a room does not import the public entry points'],
    ['src/html/a.ts', `import '../index.ts'`, 'a room does not import the public entry points'],
    ['src/html/a.ts', `import '../../test/b.ts'`, 'src/ imports nothing from the rest of'],
    ['src/cli/a.ts', `import '../client/b.ts'`, 'nothing imports the client'],
    ['src/index.ts', `export { b } from './cli/b.ts'`, 'an entry point does not import cli'],
    ['src/client/a.ts', `import type { B } from '../sse/b.ts'`, 'the client imports nothing'],
    ['src/client/a.ts', `import 'zod'`, 'the client imports nothing from outside its room'],
    ['src/common/a.ts', ``, 'common is not a room'],
  ])('%s: %s', (path, text, reason) => {
    expect(roomViolations(sources({ [path]: text })).join()).toContain(reason)
  })
})

test('cycles are found, also through dynamic imports; types make none', () => {
  const cycle = {
    'src/a.ts': `import './b.ts'`,
    'src/b.ts': `export { c } from './c.ts'`,
    'src/c.ts': `await import('./a.ts')`,
  }
  expect(importCycles(sources(cycle))).toEqual(['src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts'])
  const types = { ...cycle, 'src/c.ts': `import type { A } from './a.ts'` }
  expect(importCycles(sources(types))).toEqual([])
})

test('long files are found; the last newline is no line', () => {
  const files = sources({ 'src/a.ts': '1\n2\n3\n', 'src/b.css': '1\n2\n' })
  expect(tooLong(files, 2)).toEqual(['src/a.ts has 3 lines, at most 2 are allowed'])
})

test('starter imports of what is not copied are found', () => {
  const files = sources({
    'pages/chat/a.tsx': `
      import 'rivulet'; import 'zod'; import 'node:fs'; import 'bun'; import 'bun:sqlite'
      import '../../components/B.tsx'
      import '../../src/index.ts'
      import 'elysia'`,
  })
  expect(foreignStarterImports(files)).toEqual([
    'pages/chat/a.tsx:4: ../../src/index.ts does not exist in a new project',
    'pages/chat/a.tsx:5: elysia does not exist in a new project',
  ])
})

test('packages that are not declared are found', () => {
  const files = sources({ 'src/a.ts': `import 'zod/v4'; import 'bun'; import '@kitajs/html/x'` })
  expect(undeclaredPackages(files, { dependencies: { zod: '4' } })).toEqual([
    'src/a.ts:1: @kitajs/html is in neither dependencies nor peerDependencies',
  ])
})

test('exports and files that do not match are found', () => {
  const exports = {
    '.': './src/index.ts',
    './b': './src/a.ts',
    './tsconfig.json': './tsconfig.json',
  }
  expect(exportMismatches(exports, ['src/index.ts', 'src/a.ts'])).toEqual([
    'package.json does not export "./a": "./src/a.ts"',
    '"./b": "./src/a.ts" is no file src/*.ts',
  ])
})

test('empty names are found in rooms, not at the top', () => {
  const files = sources({ 'src/index.ts': '', 'src/html/index.ts': '', 'src/html/utils.ts': '' })
  expect(emptyNames(files)).toEqual([
    'src/html/index.ts: name it after what it exports',
    'src/html/utils.ts: name it after what it exports',
  ])
})

test('export * is found', () => {
  const files = sources({
    'src/a.ts': `export * from './b.ts'\nexport * as c from './c.ts'\nexport {}`,
  })
  expect(starExports(files)).toHaveLength(2)
})

test('default exports are found outside pages and streams', () => {
  const files = sources({
    'src/a.ts': `export default 1`,
    'src/b.ts': `export default function b() {}`,
    'src/c.ts': `const c = 1\nexport { c as default }`,
    'pages/d.tsx': `export default 1`,
    'src/e.ts': `export const e = 1`,
  })
  const message = 'export it by name'
  expect(defaultExports(files)).toEqual([
    `src/a.ts:1: ${message}`,
    `src/b.ts:1: ${message}`,
    `src/c.ts:2: ${message}`,
  ])
})

test('Elysia in the wrong place is found', () => {
  const files = sources({
    'src/page/a.ts': `import { t } from 'elysia'`,
    'src/page/b.ts': `import type { Context } from 'elysia'`,
    'src/server/c.ts': `import { Elysia } from 'elysia'`,
  })
  expect(elysiaImports(files)).toEqual([
    'src/page/a.ts:1: elysia belongs to src/router/bind.ts and src/server/',
  ])
})

test('routes in the wrong place are found', () => {
  const files = sources({
    'src/server/a.ts': `app.get('/metrics', () => 1)\nmap.get('x')\nawait Promise.all([])`,
    'src/router/bind.ts': `app.post('/', () => 1)`,
  })
  expect(routeCalls(files)).toEqual(['src/server/a.ts:1: .get() is for src/router/bind.ts alone'])
})

test('exports without a doc comment are found where they are declared', () => {
  const files = sources({
    'src/index.ts': `
      export { good, bad as worse, type Options } from './html/a.ts'
      export { z } from 'zod'
      export { lost } from './html/a.ts'`,
    'src/html/a.ts': `
      /** Says something. */
      export const good = 1
      export function bad() {}
      export { Options } from './b.ts'`,
    'src/html/b.ts': `// not a doc comment\nexport interface Options {}`,
  })
  expect(undocumentedExports('src/index.ts', files)).toEqual([
    'src/html/a.ts: worse is exported from src/index.ts and has no doc comment',
    'src/html/b.ts: Options is exported from src/index.ts and has no doc comment',
    'src/index.ts: found no declaration of lost',
  ])
})
