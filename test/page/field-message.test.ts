import { expect, test } from 'bun:test'
import { z } from 'zod'
import { fieldMessage } from '../../src/page/field-message.ts'

const form = z.object({
  name: z.string().min(1),
  title: z.string().min(1, 'Your title, please.'),
  age: z.coerce.number().min(18),
})

function messages(values: unknown): string[] {
  const { error } = form.safeParse(values, { error: fieldMessage })
  return error?.issues.map(({ message }) => message) ?? []
}

test('a field that is empty or missing is asked for', () => {
  expect(messages({ name: '', title: 'x', age: '20' })).toEqual(['Please fill this in.'])
  expect(messages({ title: 'x', age: '20' })).toEqual(['Please fill this in.'])
})

test("a schema's own words come first", () => {
  expect(messages({ name: 'x', title: '', age: '20' })).toEqual(['Your title, please.'])
})

test('what else is wrong is said by zod', () => {
  expect(messages({ name: 'x', title: 'x', age: '3' })).toEqual([
    'Too small: expected number to be >=18',
  ])
})
