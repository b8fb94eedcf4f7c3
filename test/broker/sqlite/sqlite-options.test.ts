import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { readOptions, type SqliteBrokerOptions } from '../../../src/broker/sqlite/sqlite-options.ts'

const defaults = { synchronous: 'full', timeout: 5000, poll: 1000, grace: 10_000 } as const

test.each([
  ['sqlite:events.db', { ...defaults, path: resolve('events.db') }],
  ['sqlite:./data/events.db', { ...defaults, path: resolve('data/events.db') }],
  ['sqlite:/var/lib/events.db', { ...defaults, path: '/var/lib/events.db' }],
  ['sqlite:///var/lib/events.db', { ...defaults, path: '/var/lib/events.db' }],
  ['sqlite:my%20events.db', { ...defaults, path: resolve('my events.db') }],
  [
    'sqlite:e.db?synchronous=normal&timeout=2000&poll=50&grace=0',
    { synchronous: 'normal', timeout: 2000, poll: 50, grace: 0, path: resolve('e.db') },
  ],
  [
    { path: 'a?b.db', timeout: 100 },
    { ...defaults, path: resolve('a?b.db'), timeout: 100 },
  ],
] as const)('%p is a file', (given, expected) => {
  expect(readOptions(given)).toEqual(expected)
})

test.each([
  ['sqlite://host/events.db', 'This is no URL of a SQLite file.', 'sqlite:///'],
  ['sqlite:////events.db', 'This is no URL of a SQLite file.', 'sqlite:///'],
  ['redis://host', 'This is no URL of a SQLite file.', 'Got: redis://host'],
  ['sqlite:', 'has no file', 'Got: ""'],
  ['sqlite::memory:', 'has no file', 'memory broker'],
  ['sqlite:%zz', 'not percent-encoded', 'Got: %zz'],
  ['sqlite:e.db?sync=full', 'option URL', 'synchronous, timeout, poll, grace'],
  ['sqlite:e.db?synchronous=off', 'option synchronous', 'Got: off'],
  ['sqlite:e.db?timeout=soon', 'option timeout', '100 to 60000'],
  ['sqlite:e.db?timeout=', 'option timeout', 'Got: NaN'],
  ['sqlite:e.db?poll=1', 'option poll', '50 to 10000'],
  [{ path: 'e.db', grace: -1 }, 'option grace', 'Got: -1'],
] as [string | SqliteBrokerOptions, string, string][])('%p is refused', (given, what, detail) => {
  expect(() => readOptions(given)).toThrow(what)
  expect(() => readOptions(given)).toThrow(detail)
})
