import { afterEach, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchApp } from '../../src/cli/watch.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A watched folder, and every file that was reported so far. */
async function watched(): Promise<{ root: string; seen: Set<string> }> {
  const root = await mkdtemp(join(tmpdir(), 'rivulet-watch-'))
  await mkdir(join(root, 'pages/chat'), { recursive: true })
  await mkdir(join(root, 'node_modules/x'), { recursive: true })
  const seen = new Set<string>()
  ends.push(
    watchApp(root, (files) => files.forEach((file) => seen.add(file))),
    () => rm(root, { recursive: true }),
  )
  return { root, seen }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const latest = Date.now() + 5000
  while (!(await condition())) {
    if (Date.now() > latest) throw new Error('It did not happen within 5 seconds.')
    await Bun.sleep(5)
  }
}

test('an edit, a new file and a deleted file of a folder are seen', async () => {
  const { root, seen } = await watched()
  await writeFile(join(root, 'pages/chat/[room].tsx'), '1')
  await until(() => seen.has('pages/chat/[room].tsx'))
  seen.clear()
  await rm(join(root, 'pages/chat/[room].tsx'))
  await until(() => seen.has('pages/chat/[room].tsx'))
})

test('a folder that comes later is watched as well', async () => {
  const { root, seen } = await watched()
  await mkdir(join(root, 'streams'))
  await until(async () => {
    await writeFile(join(root, 'streams/clock.tsx'), String(Math.random()))
    return seen.has('streams/clock.tsx')
  })
})

test('app.ts is seen; a database, a log and node_modules are not', async () => {
  const { root, seen } = await watched()
  await writeFile(join(root, 'events.db'), '1')
  await writeFile(join(root, 'node_modules/x/index.js'), '1')
  await writeFile(join(root, 'pages/.index.tsx.swp'), '1')
  await writeFile(join(root, 'app.ts'), '1')
  await until(() => seen.has('app.ts'))
  expect([...seen]).toEqual(['app.ts'])
})
