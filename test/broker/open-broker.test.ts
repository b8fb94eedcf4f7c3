import { expect, test } from 'bun:test'
import { openBroker } from '../../src/broker/open-broker.ts'
import { fixture } from '../fixture.ts'
import { rejection } from './rejection.ts'

test('a URL names a broker', async () => {
  const broker = await openBroker(`sqlite://${await fixture()}/events.db`)
  expect((await broker.read('a'))?.entries).toEqual([])
  await broker.close()
})

test.each([
  'redis://127.0.0.1:1',
  'rediss://127.0.0.1:1',
  'redis+sentinel://127.0.0.1:1/name',
  'nats://127.0.0.1:1',
  'kafka://127.0.0.1:1/topic',
])('%s is a broker before its server is there', async (url) => {
  const broker = await openBroker(url)
  expect(broker.compare('', '')).toBeUndefined()
  await broker.close()
})

test.each([
  ['redis//host', 'Got: no URL'],
  ['mysql://user:secret@host', 'Got: mysql:'],
  ['', 'Got: no URL'],
  ['constructor:x', 'Got: constructor:'],
])('%j names none, and is not shown', async (url, got) => {
  const text = await rejection(openBroker(url))
  expect(text).toContain('This broker URL names no broker.\n\nExpected: sqlite:events.db, redis:')
  expect(text).toContain(got)
  expect(text).not.toContain('secret')
})
