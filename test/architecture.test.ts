import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import manifest from '../package.json'
import { importCycles } from './architecture/cycles.ts'
import { undocumentedExports } from './architecture/docs.ts'
import { elysiaImports, routeCalls } from './architecture/elysia.ts'
import { exportMismatches } from './architecture/exports.ts'
import { defaultExports, emptyNames, starExports } from './architecture/names.ts'
import { undeclaredPackages } from './architecture/packages.ts'
import { roomViolations } from './architecture/rooms.ts'
import { tooLong } from './architecture/size.ts'
import { readSources, root } from './architecture/source.ts'
import { foreignStarterImports } from './architecture/starter.ts'

// Each rule is shown to find something in architecture/rules.test.ts.

const src = await readSources('src')
const create = await readSources('create')
const starter = await readSources('components', 'pages', 'streams')
const entries = src.map(({ path }) => path).filter((path) => /^src\/[^/]+\.ts$/.test(path))

test('there is something to check', () => {
  expect(src.length).toBeGreaterThan(0)
  expect(starter.length).toBeGreaterThan(0)
  expect(entries).toContain('src/index.ts')
})

describe('imports', () => {
  test('run one way through the rooms', () => {
    expect(roomViolations(src)).toEqual([])
  })

  test('make no cycles', () => {
    expect(importCycles(src)).toEqual([])
  })

  test('name only packages that are installed along', () => {
    expect(undeclaredPackages(src, manifest)).toEqual([])
  })

  test('of Elysia are in the binder and the server', () => {
    expect(elysiaImports(src)).toEqual([])
  })

  test('of the starter work in a new project', () => {
    expect(foreignStarterImports(starter)).toEqual([])
  })
})

describe('files', () => {
  test('in src/ and create/ have at most 300 lines', () => {
    expect(tooLong([...src, ...create], 300)).toEqual([])
  })

  test('of the starter have at most 40 lines, but for its styles', () => {
    expect(
      tooLong(
        starter.filter(({ path }) => !path.endsWith('.css')),
        40,
      ),
    ).toEqual([])
  })

  test('in rooms are named after what they export', () => {
    expect(emptyNames(src)).toEqual([])
  })
})

describe('exports', () => {
  test('of package.json are the files src/*.ts', () => {
    expect(exportMismatches(manifest.exports, entries)).toEqual([])
    const absent = Object.values(manifest.exports).filter((file) => !existsSync(root + file))
    expect(absent).toEqual([])
  })

  test('are written out', () => {
    expect(starExports([...src, ...create, ...starter])).toEqual([])
  })

  test('have names, except pages and streams', () => {
    expect(defaultExports([...src, ...create, ...starter])).toEqual([])
  })

  test.each(entries)('of %s have doc comments', (entry) => {
    expect(undocumentedExports(entry, src)).toEqual([])
  })
})

test('only src/router/bind.ts declares routes', () => {
  expect(routeCalls(src)).toEqual([])
})
