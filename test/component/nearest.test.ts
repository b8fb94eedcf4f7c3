import { expect, test } from 'bun:test'
import { nearest } from '../../src/component/nearest.ts'

const known = ['message', 'tone', 'id', 'children']

test.each([
  ['mesage', 'message'],
  ['MESSAGE', 'message'],
  ['messages', 'message'],
  ['tnoe', 'tone'],
  ['ton', 'tone'],
  ['childrens', 'children'],
  ['i', 'id'],
])('%s most likely means %s', (name, meant) => {
  expect(nearest(name, known)).toBe(meant)
})

test.each(['xy', 'a', '', 'onclick'])('"%s" means none of them', (name) => {
  expect(nearest(name, known)).toBeUndefined()
})

test('of two that are as near, the first is named', () => {
  expect(nearest('tine', ['tone', 'time'])).toBe('tone')
})
