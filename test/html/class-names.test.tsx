import { expect, test } from 'bun:test'
import type { ClassValue } from 'rivulet'
import { errorOf, render } from './render.ts'

const size = 'lg'
const active = true

test.each<[ClassValue, string]>([
  ['card', ' class="card"'],
  ['card wide', ' class="card wide"'],
  ['', ''],
  [null, ''],
  [undefined, ''],
  [true, ''],
  [false, ''],
  [0, ' class="0"'],
  [['card', 'wide'], ' class="card wide"'],
  [[], ''],
  [['card', false, null, undefined, '', 'wide'], ' class="card wide"'],
  [['card', ['a', ['b', []]]], ' class="card a b"'],
  [{ card: true, wide: false, tall: 1, empty: '' }, ' class="card tall"'],
  [{}, ''],
  [['card', { active }, size && `card-${size}`], ' class="card active card-lg"'],
  ['"><script>', ' class="&quot;&gt;&lt;script&gt;"'],
  [['a"', { 'b&': true }], ' class="a&quot; b&amp;"'],
])('class %j', async (value, markup) => {
  expect(await render(<p class={value} />)).toBe(`<p${markup}></p>`)
})

test('className is the same, and class comes first', async () => {
  expect(await render(<p {...({ className: ['a', { b: true }] } as {})} />)).toBe(
    '<p class="a b"></p>',
  )
  expect(await render(<p class="a" {...{ className: 'b' }} />)).toBe('<p class="a"></p>')
  expect(await render(<p class={undefined} {...{ className: 'b' }} />)).toBe('<p class="b"></p>')
  expect(await render(<p {...{ className: 'b', class: 'a' }} />)).toBe('<p class="a"></p>')
})

test.each<[unknown, string]>([
  [<b>x</b>, 'an element'],
  [Promise.resolve('a'), 'an instance of Promise'],
  [new Date(0), 'an instance of Date'],
  [() => 'a', 'a function'],
])('%j names no class', async (value, got) => {
  const message = `A class was given a value that names none.

Expected: a string, a list of class values, or an object of conditions: { active: isActive }
Got: ${got}`
  expect(await errorOf(() => <p class={value as ClassValue} />)).toBe(message)
  expect(await errorOf(() => <p class={['a', value as ClassValue]} />)).toBe(message)
})
