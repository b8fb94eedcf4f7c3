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

test.each<[z.ZodType, unknown, string]>([
  [z.coerce.number(), 'x', 'Please enter a number.'],
  [z.coerce.number(), undefined, 'Please enter a number.'],
  [z.int(), 1.5, 'Please enter a whole number.'],
  [z.coerce.number().int(), '1.5', 'Please enter a whole number.'],
  [z.number().min(18), 3, 'At least 18, please.'],
  [z.number().gt(18), 18, 'More than 18, please.'],
  [z.number().max(5), 6, 'At most 5, please.'],
  [z.number().lt(5), 5, 'Less than 5, please.'],
  [z.string().min(2), 'x', 'At least 2 characters, please.'],
  [z.string().max(1), 'xx', 'At most 1 character, please.'],
  [z.array(z.string()).min(2), ['x'], 'At least 2 of these, please.'],
  [z.email(), 'x', 'Please enter an email address.'],
  [z.url(), 'x', 'Please enter a web address, like https://example.org.'],
  [z.string().regex(/^a/), 'x', 'This does not look right.'],
  [z.date(), 'x', 'Please enter a date.'],
  [z.coerce.date(), 'x', 'Please enter a date.'],
  [z.file(), 'x', 'Please choose a file.'],
  [z.file().max(5_000_000), new File(['x'.repeat(5_000_001)], 'x'), 'At most 5 MB, please.'],
  [z.file().max(1500), new File(['x'.repeat(1501)], 'x'), 'At most 1.5 KB, please.'],
  [z.file().min(2), new File(['x'], 'x'), 'At least 2 bytes, please.'],
  [z.number().multipleOf(2), 3, 'A multiple of 2, please.'],
  [z.enum(['a', 'b']), 'x', 'Please choose one of what there is.'],
])('what does not fit is said in words for visitors: %#', (field, value, message) => {
  const { error } = z.object({ field }).safeParse({ field: value }, { error: fieldMessage })
  expect(error?.issues.map((issue) => issue.message)).toEqual([message])
})

test('an app may speak another language', () => {
  const before = z.config()
  const asked = (): string[] => messages({ name: '', title: 'x', age: '3' })
  try {
    z.config(z.locales.de())
    expect(asked()).toEqual([
      'Zu klein: erwartet, dass string >=1 Zeichen hat',
      'Zu klein: erwartet, dass number >=18 ist',
    ])
    z.config(z.locales.en())
    expect(asked()).toEqual(['Please fill this in.', 'At least 18, please.'])
    z.config({ customError: ({ code }) => (code === 'too_small' ? 'Mehr, bitte.' : undefined) })
    expect(asked()).toEqual(['Mehr, bitte.', 'Mehr, bitte.'])
  } finally {
    z.config({ localeError: before.localeError, customError: before.customError })
  }
})

test('what has no such words is said by zod', () => {
  const { error } = z.object({ a: z.tuple([]) }).safeParse({ a: 1 }, { error: fieldMessage })
  expect(error?.issues[0]?.message).toBe('Invalid input: expected tuple, received number')
})
