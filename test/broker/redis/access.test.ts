import { afterAll, afterEach, beforeAll, expect, spyOn } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createRedisBroker, type RedisBrokerOptions } from '../../../src/redis.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { command, DURABLE, freePort, type RedisProcess, startRedis } from './redis-process.ts'
import { selfSign } from '../../self-signed.ts'

const { describe, test } = requires('redis-server')
const options = { retention: DEFAULT_RETENTION }
/** What a user of the broker must be allowed; the README says so, too. */
const RIGHTS =
  '~{rivulet:* resetchannels -@all +evalsha +eval +xadd +xread +xrange +xlen +xdel +xtrim +hget +hmget +hset +hdel +del +exists +pexpire +rpush +lpop +time +info +ping +client|setname +select +quit +wait +cluster|slots +cluster|keyslot'

describe('a server that is particular about who comes', () => {
  let server: RedisProcess
  let tlsPort: number
  let folder: string
  const { key, certificate } = selfSign()
  const brokers: Broker[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rivulet-tls-'))
    const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    await Bun.write(keyFile, key)
    await Bun.write(certificateFile, certificate)
    tlsPort = freePort()
    const tls = [
      '--tls-port',
      String(tlsPort),
      '--tls-key-file',
      keyFile,
      '--tls-cert-file',
      certificateFile,
      '--tls-ca-cert-file',
      certificateFile,
      '--tls-auth-clients',
      'no',
    ]
    server = await startRedis([...DURABLE, ...tls])
    const rights = ['on', '>p@ss:word', ...RIGHTS.split(' ')]
    await command(server.port, 'ACL', 'SETUSER', 'rivulet', ...rights)
    await command(server.port, 'ACL', 'SETUSER', 'default', 'off')
  })
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close()
  })
  afterAll(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  function open(from: string | RedisBrokerOptions): Broker {
    const broker = createRedisBroker(from)
    brokers.push(broker)
    return broker
  }

  async function expectToWork(broker: Broker): Promise<void> {
    const recorder = new Recorder()
    await broker.subscribe('rooms/a', (await broker.read('rooms/a'))?.cursor ?? '', recorder)
    for (const text of ['1', '2']) await broker.publish('rooms/a', text, { ...options, key: 'k' })
    expect(await recorder.heard(2)).toEqual(['1', '2'])
  }

  test('lets a user in who may do no more than needed', async () => {
    await expectToWork(open(`redis://rivulet:p%40ss%3Aword@127.0.0.1:${server.port}`))
  })

  test('over TLS, with a certificate of its own', async () => {
    const url = `rediss://rivulet:p%40ss%3Aword@127.0.0.1:${tlsPort}`
    await expectToWork(open({ url, connection: { tls: { ca: certificate } } }))
  })

  test('over TLS, but not with a certificate that nobody vouches for', async () => {
    const broker = open(`rediss://rivulet:p%40ss%3Aword@127.0.0.1:${tlsPort}?timeout=500`)
    expect(await rejection(broker.read('rooms/a'))).toMatch(/self[- ]signed/i)
  })

  test('with the settings of a client that stays its owner’s', async () => {
    const client = new Redis({
      port: server.port,
      username: 'rivulet',
      password: 'p@ss:word',
      keyPrefix: 'other:',
      lazyConnect: true,
    })
    const broker = open({ client })
    await expectToWork(broker)
    await broker.close()
    expect(await client.ping()).toBe('PONG')
    client.disconnect()
  })

  test('keeps others out, and no message shows the password', async () => {
    const error = spyOn(console, 'error').mockImplementation(() => undefined)
    const broker = open(`redis://rivulet:hunter2@127.0.0.1:${server.port}?timeout=300`)
    const message = await rejection(broker.publish('rooms/a', '1', options))
    expect(message).toContain('The redis broker could not publish to rooms/a.')
    expect(message).toContain('WRONGPASS')
    expect(broker.health?.().problem).toContain('WRONGPASS')
    const logged = error.mock.calls.flat().map(String)
    error.mockRestore()
    expect(logged.length).toBe(1)
    expect([message, ...logged].join('\n')).not.toContain('hunter2')
  })

  test('two processes with different shards do not go together', async () => {
    const url = `redis://rivulet:p%40ss%3Aword@127.0.0.1:${server.port}`
    await open({ url, prefix: 'rivulet:two' }).publish('rooms/a', '1', options)
    const broker = open({ url, prefix: 'rivulet:two', shards: 2, timeout: 300 })
    const messages = await Promise.all(
      ['a', 'b', 'c', 'd'].map((topic) => broker.read(topic).then(() => '', String)),
    )
    expect(messages.join('\n')).toContain('shards=1')
    await eventually('the problem', () => broker.health?.().problem?.includes('shards=1') === true)
  })

  test('takes nothing more when its memory is full, but gives out what it has', async () => {
    const full = await startRedis(['--maxmemory', '4mb'])
    const url = `redis://127.0.0.1:${full.port}`
    const broker = open(url)
    const cursor = await broker.publish('rooms/a', 'before', options)
    const retention = { ...DEFAULT_RETENTION, bytes: 1e9 }
    let refusal = ''
    for (let number = 0; refusal === '' && number < 60; number++) {
      const publishing = broker.publish('rooms/b', 'x'.repeat(100_000), { retention })
      refusal = await publishing.then(() => '', String)
    }
    expect(refusal).toContain('OOM')
    expect((await broker.read('rooms/a'))?.entries.map(({ text }) => text)).toEqual(['before'])
    expect((await open(url).read('rooms/a', cursor))?.entries).toEqual([])
    expect(broker.health?.().problem).toBeUndefined()
    await full.close()
  })

  test('may not delete what it was given to keep: that is said once', async () => {
    const evicting = await startRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
    const warn = spyOn(console, 'warn').mockImplementation(() => undefined)
    await expectToWork(open(`redis://127.0.0.1:${evicting.port}`))
    const warned = warn.mock.calls.flat().map(String)
    warn.mockRestore()
    await evicting.close()
    expect(warned).toEqual([
      `redis://127.0.0.1:${evicting.port} may delete events at any time, and nobody would notice.

Expected: maxmemory-policy noeviction
Got: maxmemory-policy allkeys-lru`,
    ])
  })
})
