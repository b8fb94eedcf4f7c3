import { expect, test } from 'bun:test'
import { resolveOptions } from '../../../src/broker/nats/options.ts'

test('without anything it is the server on this machine, and a stream of our name', () => {
  expect(resolveOptions()).toEqual({
    servers: ['127.0.0.1:4222'],
    name: 'nats://127.0.0.1:4222',
    connection: {},
    stream: 'rivulet',
    prefix: 'rivulet',
    domain: undefined,
    timeout: 5000,
    asked: { maxAge: undefined, maxBytes: undefined, storage: undefined, replicas: undefined },
    cache: 67_108_864,
  })
})

test.each([
  ['nats://ann:s%40cret@a:4333/shop', ['a:4333'], { user: 'ann', pass: 's@cret' }, 'shop'],
  ['nats://t0ken@a', ['a:4222'], { token: 't0ken' }, 'rivulet'],
  [
    'nats://ann:s@a:1,b:2,nats://c/shop',
    ['a:1', 'b:2', 'c:4222'],
    { user: 'ann', pass: 's' },
    'shop',
  ],
  ['tls://a', ['a:4222'], { tls: {} }, 'rivulet'],
  ['nats://[::1]:4223/', ['[::1]:4223'], {}, 'rivulet'],
])('%s', (url, servers, connection, stream) => {
  expect(resolveOptions(url)).toMatchObject({ servers, connection, stream, prefix: stream })
})

test('connection is stronger than the URL, and its servers too', () => {
  const connection = { user: 'bob', servers: 'nats://bob:secret@c:1' }
  expect(resolveOptions({ url: 'nats://ann:s@a', connection })).toMatchObject({
    servers: ['nats://bob:secret@c:1'],
    name: 'nats://c:1',
    connection: { user: 'bob', pass: 's' },
  })
})

test.each([
  ['redis://ann:secret@a', 'Expected: nats://'],
  ['nats://ann:secret@', 'Expected: nats://'],
  ['nats://ann:secret@a?x=1', 'Expected: nats://'],
  ['nats://a/two/parts', 'The option "stream"'],
  [{ stream: 'a.b' }, 'Got: "a.b"'],
  [{ prefix: 'a.>' }, 'The option "prefix"'],
  [{ timeout: 1 }, 'a whole number from 100 to 60000'],
  [{ maxBytes: 1.5e9 + 0.5 }, 'The option "maxBytes"'],
  [{ replicas: 9 }, 'The option "replicas"'],
])('%j is refused, and no password is shown', (options, message) => {
  expect(() => resolveOptions(options)).toThrow(message)
  try {
    resolveOptions(options)
  } catch (error) {
    expect(String(error)).not.toContain('secret')
  }
})
