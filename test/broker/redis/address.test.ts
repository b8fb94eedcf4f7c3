import { expect, test } from 'bun:test'
import { Cluster, Redis } from 'ioredis'
import { createRedisBroker } from '../../../src/redis.ts'
import { parseAddress } from '../../../src/broker/redis/address.ts'
import { readSettings } from '../../../src/broker/redis/settings.ts'

test.each([
  ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
  ['redis://cache:7000/3', { host: 'cache', port: 7000, db: 3 }],
  ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0 }],
  [
    'redis://me:p%40ss%3A@cache',
    { host: 'cache', port: 6379, db: 0, username: 'me', password: 'p@ss:' },
  ],
  ['redis://:secret@cache', { host: 'cache', port: 6379, db: 0, password: 'secret' }],
  ['redis://secret@cache', { host: 'cache', port: 6379, db: 0, password: 'secret' }],
  ['rediss://cache', { host: 'cache', port: 6379, db: 0, tls: {} }],
  [
    'redis+sentinel://:secret@one,two:26380/main/2',
    {
      sentinels: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26380 },
      ],
      name: 'main',
      db: 2,
      password: 'secret',
    },
  ],
  ['redis+cluster://me:secret@one:7000,two', { username: 'me', password: 'secret' }],
])('%s is understood', (url, connection) => {
  expect(parseAddress(url).connection).toEqual(connection)
})

test('a Cluster has many nodes and eight shards, and a URL can say more', () => {
  const settings = readSettings('redis+cluster://one:7000,two/?prefix=chat&timeout=900&replicas=1')
  expect(settings.address.nodes).toEqual([
    { host: 'one', port: 7000 },
    { host: 'two', port: 6379 },
  ])
  expect(settings).toMatchObject({ prefix: 'chat', shards: 8, timeout: 900, replicas: 1 })
  expect(readSettings('redis://one')).toMatchObject({ prefix: 'rivulet', shards: 1, timeout: 5000 })
})

test.each([
  ['', 'another form'],
  ['http://localhost', 'another form'],
  ['redis://', 'another form'],
  ['redis://host:port', 'the host host:port'],
  ['redis://host:0', 'the host host:0'],
  ['redis://host/one', 'the path /one'],
  ['redis://host/1/2', 'the path /1/2'],
  ['redis://one,two', '2 hosts'],
  ['redis+sentinel://one', 'no name of the master'],
  ['redis+cluster://one/1', 'a Cluster has none but 0'],
  ['redis://host?prefx=a', 'the option prefx'],
  ['redis://me:%@host', 'a % that stands for nothing'],
])('%p is refused: %s', (url, got) => {
  expect(() => createRedisBroker(url)).toThrow(got)
})

test.each([
  'redis://me:hunt/er2@host',
  'redis://me:hunt?er2@host',
  'redis://me:hunt@er2@host',
  'me:hunter2@host',
  'redis://me:hunt%er2@host/1',
  'redis://me:hunter2@host/1/2',
])('no password is shown where %s is refused', (url) => {
  let message = ''
  try {
    createRedisBroker(url)
  } catch (error) {
    message = String(error)
  }
  expect(message).toContain('This is no URL of Redis')
  expect(message).not.toContain('hunt')
  expect(message).not.toContain('er2')
})

test.each([
  [{}, 'either a url or a client'],
  [{ url: 'redis://host', prefix: 'a{b' }, 'without braces'],
  [{ url: 'redis://host', shards: 0 }, 'a whole number from 1 to 256'],
  [{ url: 'redis://host?shards=many' }, 'Got: many'],
  [{ url: 'redis://host', timeout: Infinity }, 'a whole number from 100 to 600000'],
  [{ url: 'redis://host', feedEvents: 1 }, 'at least 100'],
])('%p is refused', (options, message) => {
  expect(() => createRedisBroker(options)).toThrow(message.replace('at least 100', 'from 100 to'))
})

test('a client of the user says where the server is', () => {
  const one = new Redis({ host: 'cache', port: 7000, db: 2, password: 'secret', lazyConnect: true })
  const sentinels = [{ host: 'one', port: 26379 }]
  const sentinel = new Redis({ sentinels, name: 'main', lazyConnect: true })
  const first = readSettings({ client: one })
  expect(first.address).toMatchObject({ kind: 'standalone', shown: 'redis://cache:7000/2' })
  expect(first.connection).toMatchObject({ host: 'cache', port: 7000, db: 2, password: 'secret' })
  const second = readSettings({ client: sentinel })
  expect(second.address).toMatchObject({
    kind: 'sentinel',
    shown: 'redis+sentinel://one:26379/main/0',
  })
  const cluster = new Cluster(['127.0.0.1:1'], { lazyConnect: true })
  // @ts-expect-error a Cluster is named by its URL
  expect(() => readSettings({ client: cluster })).toThrow('or the URL of a Cluster')
})
