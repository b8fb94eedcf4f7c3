import { expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeError } from '../../src/cli/dev-error.ts'
import { RouteError } from '../../src/router/route-path.ts'

async function failureOf(source: string): Promise<{ root: string; error: unknown }> {
  const root = await mkdtemp(join(tmpdir(), 'rivulet-error-'))
  const file = join(root, 'page.ts')
  await writeFile(file, source)
  try {
    await import(file)
  } catch (error) {
    return { root, error }
  } finally {
    await rm(root, { recursive: true })
  }
  throw new Error('It was expected to fail.')
}

test('a syntax error is shown with its file, line, column and text', async () => {
  const { root, error } = await failureOf('const one = 1\nconst two = (\n')
  const { where, excerpt, message } = describeError(root, error)
  expect(where).toMatch(/^page\.ts:\d:\d+$/)
  expect(excerpt).toContain('^')
  expect(message).not.toBe('')
})

test('an error that a module throws is shown with the place it was thrown', async () => {
  const { root, error } = await failureOf('export {}\n\nthrow new Error("no database")')
  expect(describeError(root, error)).toMatchObject({
    where: 'page.ts:3:11',
    message: 'no database',
  })
})

test('a route error speaks for itself', () => {
  const error = new RouteError('Two files answer the same URL.')
  expect(describeError('/', error)).toEqual({
    message: 'Two files answer the same URL.',
    where: '',
    excerpt: '',
  })
})

test('what is no error is shown as it is', () => {
  expect(describeError('/', 'just a string').message).toBe('just a string')
})
