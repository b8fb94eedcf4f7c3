import { afterAll, expect, test } from 'bun:test'
import { Glob } from 'bun'
import { createTestApp } from 'rivulet/testing'

const app = await createTestApp()
afterAll(() => app.close())

test('every class of the starter has a style', async () => {
  await app.submit('/notifications', { message: 'done', tone: 'error' })
  await app.submit('/chat/lobby', { author: 'Ada', text: 'one' })
  await app.submit('/feed', { title: 'One', body: 'text' })
  const html = await Promise.all(
    ['/', '/notifications', '/feed', '/tasks', '/chat/lobby'].map(async (path) =>
      (await app.fetch(path)).text(),
    ),
  )
  const sources = await Promise.all(
    [...new Glob('components/*.{tsx,css}').scanSync()].map((file) => Bun.file(file).text()),
  )
  // Those of a task and of the machine's numbers come only with their streams.
  const classes = [...html, ...sources].flatMap((text) =>
    [...text.matchAll(/\bclass(?:="|: ')([^"']*)/g)].flatMap(([, names = '']) => names.split(' ')),
  )
  const styled = new Set(
    sources.flatMap((text) => text.match(/(?<=\.)[a-z-]+(?=[^\n;]*[{,]\s*$)/gm)),
  )
  expect([...new Set(classes)].filter((name) => !styled.has(name)).toSorted()).toEqual([])
})
