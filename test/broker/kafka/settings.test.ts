import { describe, expect, test } from 'bun:test'
import { parseSettings } from '../../../src/broker/kafka/settings.ts'
import { createKafkaBroker } from '../../../src/kafka.ts'

test('a URL alone is enough', () => {
  expect(parseSettings('kafka://a/app')).toMatchObject({
    seeds: [{ host: 'a', port: 9092 }],
    topic: 'app',
    partitions: 1,
    replicas: -1,
    create: true,
    timeout: 5000,
    tls: undefined,
    sasl: undefined,
    name: 'kafka://a/app',
  })
})

test('a URL says servers, TLS, a login, and options', () => {
  const url =
    'kafkas://me:p%40ss:w@a:1,[::1]:2/app.v1?partitions=8&replicas=3&timeout=900&create=false'
  expect(parseSettings(url)).toMatchObject({
    seeds: [
      { host: 'a', port: 1 },
      { host: '::1', port: 2 },
    ],
    topic: 'app.v1',
    partitions: 8,
    replicas: 3,
    timeout: 900,
    create: false,
    tls: {},
    sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'p@ss:w' },
    name: 'kafkas://a:1,[::1]:2/app.v1',
  })
  expect(parseSettings('kafka://me:x@a/app?sasl=plain').sasl).toMatchObject({ mechanism: 'plain' })
})

test('options come before the URL', () => {
  const url = 'kafka://a/app?partitions=8'
  expect(parseSettings({ url, partitions: 2, tls: true })).toMatchObject({ partitions: 2, tls: {} })
  expect(parseSettings({ url: 'kafkas://a/app', tls: false }).tls).toBeUndefined()
})

describe('it is refused', () => {
  test.each([
    ['another scheme', 'redis://a/app', 'redis://a/app'],
    ['no topic', 'kafka://a', 'kafka://host:port,host2:port/topic'],
    ['an empty topic', 'kafka://a/', 'a topic of 1 to 249'],
    ['a topic that Kafka refuses', 'kafka://a/a%20b', 'a%20b'],
    ['a topic that is a folder', 'kafka://a/..', 'a topic of 1 to 249'],
    ['a port that is none', 'kafka://a:99999/app', 'host:port'],
    ['an empty server', 'kafka://a,,b/app', 'host:port'],
    ['an unknown option', 'kafka://a/app?partition=3', 'partition'],
    ['no number', 'kafka://a/app?partitions=many', 'partitions from 1 to 10000'],
    ['an empty number', 'kafka://a/app?timeout=', 'timeout from 100 to 60000'],
    ['no partitions', 'kafka://a/app?partitions=0', 'Got: 0'],
    ['an unknown login', 'kafka://u:p@a/app?sasl=md5', 'scram-sha-256'],
    ['a login that is not encoded', 'kafka://u:100%@a/app', 'percent-encoded'],
  ])('%s', (_, url, why) => {
    expect(() => createKafkaBroker(url)).toThrow(why)
  })

  test('without saying the password', () => {
    for (const url of [
      'kafka://me:secret@a',
      'kafka://me:secret@/a',
      'kafka://me:secret@a/a?b=1',
    ]) {
      expect(() => createKafkaBroker(url)).toThrow(/^(?!.*secret)/s)
    }
  })
})
