import { expect, spyOn } from 'bun:test'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { rejection } from '../rejection.ts'
import { type Admin, openAdmin } from './admin.ts'
import { listen } from './listen.ts'
import { NatsServer } from './server.ts'

const { test } = requires('nats-server')
const options = { retention: DEFAULT_RETENTION }

async function setUp(): Promise<AsyncDisposable & { server: NatsServer; admin: Admin }> {
  const server = await NatsServer.create()
  const admin = await openAdmin(server.url)
  return {
    server,
    admin,
    async [Symbol.asyncDispose]() {
      await admin.close()
      await server.close()
    },
  }
}

test('the stream is made as the options say, and used by whoever comes later as it is', async () => {
  await using setup = await setUp()
  const { server, admin } = setup
  const warn = spyOn(console, 'warn').mockImplementation(() => undefined)
  const asked = { maxAge: 3_600_000, maxBytes: 10_000_000, storage: 'memory', replicas: 1 } as const
  await server.open({ ...asked, stream: 'shop', prefix: 'acme.shop' }).publish('a/b', '1', options)
  const { config } = await admin.manager.streams.info('shop')
  expect(config).toMatchObject({
    subjects: ['acme.shop.>'],
    max_age: 3_600_000_000_000,
    max_bytes: 10_000_000,
    storage: 'memory',
    num_replicas: 1,
  })
  const later = server.open({ stream: 'shop', prefix: 'acme.shop', maxAge: 60_000 })
  await later.publish('a/b', '2', options)
  expect((await later.read('a/b'))?.entries.map(({ text }) => text)).toEqual(['1', '2'])
  const said = warn.mock.calls.flat().join('\n')
  warn.mockRestore()
  expect(said).toContain('maxAge is 3600000, asked for: 60000')
  expect(said).toContain('keeps events for 3600000 ms, and a topic asks for 86400000 ms')
})

test.each([
  [{ subjects: ['other.>'] }, 'a stream with the subjects rivulet.>'],
  [{ subjects: ['rivulet.>', 'rivulet-ephemeral.>'] }, 'without the subjects rivulet-ephemeral.>'],
  [
    { subjects: ['rivulet.>'], max_msgs_per_subject: 9 },
    'Expected: no max_msgs_per_subject\nGot: 9',
  ],
  [{ subjects: ['rivulet.>'], discard: 'new' }, 'Expected: discard: old\nGot: new'],
  [{ subjects: ['rivulet.>'], retention: 'workqueue' }, 'Expected: retention: limits'],
  [{ subjects: ['rivulet.>'], deny_purge: true }, 'Expected: deny_purge: false'],
] as const)(
  'a stream that loses events behind our back is refused: %j',
  async (config, message) => {
    await using setup = await setUp()
    const { server, admin } = setup
    await admin.manager.streams.add({ ...config, name: 'rivulet', subjects: [...config.subjects] })
    const error = spyOn(console, 'error').mockImplementation(() => undefined)
    const broker = server.open()
    expect(await rejection(broker.publish('a', '1', options))).toContain(message)
    // Not once the timeout is over, but at once.
    const asked = performance.now()
    expect(await rejection(broker.read('a'))).toContain('nats stream edit rivulet')
    expect(performance.now() - asked).toBeLessThan(900)
    expect(broker.health?.().problem).toContain(message)
    expect(error.mock.calls.length).toBe(1)
    error.mockRestore()
  },
)

test('a stream that holds other subjects as well is used: those are passed over', async () => {
  await using setup = await setUp()
  const { server, admin } = setup
  await admin.manager.streams.add({ name: 'rivulet', subjects: ['rivulet.>', 'orders.*'] })
  const broker = server.open()
  const recorder = await listen(broker, 'a')
  await admin.manager.jetstream().publish('orders.1', 'x')
  await broker.publish('a', '1', options)
  expect(await recorder.heard(1)).toEqual(['1'])
  expect(broker.health?.().badRecords).toBe(0)
})

test('one consumer, whatever the number of topics, and none after the last has gone', async () => {
  await using setup = await setUp()
  const { server, admin } = setup
  const broker = server.open()
  const { cursor = '' } = (await broker.read('a')) ?? {}
  const topics = Array.from({ length: 2000 }, (_, index) => `rooms/${index}`)
  const recorders = topics.map(() => new Recorder())
  const leave = await Promise.all(
    topics.map((topic, index) =>
      broker.subscribe(topic, cursor, recorders[index] ?? new Recorder()),
    ),
  )
  expect(await admin.consumers()).toBe(1)
  await Promise.all(topics.map((topic) => broker.publish(topic, `of ${topic}`, options)))
  for (const [index, recorder] of recorders.entries())
    expect(await recorder.heard(1)).toEqual([`of ${topics[index]}`])
  for (const one of leave) one()
  await eventually('no consumer', async () => (await admin.consumers()) === 0)
})

test('what the stream has evicted by its own limits is a gap', async () => {
  await using setup = await setUp()
  const { server, admin } = setup
  const broker = server.open({ maxBytes: 1_048_576 })
  const start = (await broker.read('a'))?.cursor ?? ''
  const [first] = [await broker.publish('a', '1', options)]
  const text = 'x'.repeat(100_000)
  for (let number = 0; number < 15; number++) await broker.publish(`b/${number}`, text, options)
  const fresh = server.open()
  expect((await admin.manager.streams.info('rivulet')).state.first_seq).toBeGreaterThan(2)
  expect(await fresh.read('a', start)).toBeUndefined()
  expect(await fresh.read('a', first)).toBeUndefined()
  expect((await fresh.read('a'))?.entries).toEqual([])
})

test('an event beyond max_payload is refused with the number and the way to raise it', async () => {
  await using server = await NatsServer.create('max_payload: 1MB')
  const broker = server.open()
  const error = await rejection(broker.publish('a', 'x'.repeat(1_048_576), options))
  expect(error).toContain('Expected: at most 1048576 bytes')
  expect(error).toContain('max_payload: 2097152')
  await broker.publish('a', 'x'.repeat(1_048_000), options)
  expect((await broker.read('a'))?.entries.length).toBe(1)
})

test('a text that would not arrive as it is, is refused', async () => {
  await using server = await NatsServer.create()
  const broker = server.open()
  expect(await rejection(broker.publish('a', '', options))).toContain('at least one character')
  expect(await rejection(broker.publish('a', '\ud800', options))).toContain('lone surrogates')
  expect(await rejection(broker.publish('a', 'b', { ...options, key: '' }))).toContain('key')
})

test('with a user and a password in the URL; a wrong one is told without being shown', async () => {
  await using server = await NatsServer.create('authorization { user: ann, password: "s@cret" }')
  const right = server.open({ url: `nats://ann:s%40cret@127.0.0.1:${server.port}` })
  await right.publish('a', '1', options)
  const error = spyOn(console, 'error').mockImplementation(() => undefined)
  const wrong = server.open({ url: `nats://ann:s3cret@127.0.0.1:${server.port}` })
  const reason = await rejection(wrong.publish('a', '2', options))
  const said = error.mock.calls.flat().join('\n')
  error.mockRestore()
  expect(reason).toContain('Authorization Violation')
  expect(said).toContain('Authorization Violation')
  expect(reason + said + wrong.health?.().problem).not.toContain('s3cret')
})

test('a server without JetStream, and no server at all, are told within the timeout', async () => {
  const error = spyOn(console, 'error').mockImplementation(() => undefined)
  await using server = await NatsServer.create('', [])
  const without = server.open()
  expect(await rejection(without.publish('a', '1', options))).toContain('jetstream is not enabled')
  expect(without.health?.().problem).toContain('jetstream is not enabled')
  await server.kill()
  const nobody = server.open()
  expect(await rejection(nobody.publish('a', '1', options))).toContain('connection refused')
  expect(await rejection(nobody.read('a'))).toContain(`NATS at ${server.url}`)
  expect(nobody.health?.().problem).toContain('connection refused')
  error.mockRestore()
})

test('without the client package an error says what to install', async () => {
  const folder = `${import.meta.dir}/../../..`
  const script = `
    const { createNatsBroker } = await import('./src/nats.ts')
    await createNatsBroker().read('a').catch((error) => console.log(String(error)))`
  await using server = await NatsServer.create()
  await Bun.$`cp -r ${folder}/src ${server.folder}/src`
  const child = Bun.spawn([process.execPath, '--no-install', '-e', script], {
    cwd: server.folder,
    stdout: 'pipe',
    stderr: 'ignore',
    timeout: 20_000,
  })
  const said = await new Response(child.stdout).text()
  expect(said).toContain('bun add @nats-io/transport-node @nats-io/jetstream')
  // Nothing keeps it alive.
  expect(await child.exited).toBe(0)
})
