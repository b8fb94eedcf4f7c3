import { afterAll, beforeAll, expect } from 'bun:test'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { publishRaw } from './raw-client.ts'
import { NatsServer } from './server.ts'

const { test } = requires('nats-server', 'python3')

let server: NatsServer
beforeAll(async () => {
  server = await NatsServer.create()
})
afterAll(() => server.close())

test('a Python program publishes with a socket; it is heard and retained like our own', async () => {
  const broker = createNatsBroker(server.url)
  const topic = 'rooms/lobby'
  const recorder = new Recorder()
  const start = (await broker.read(topic))?.cursor ?? ''
  await broker.subscribe(topic, start, recorder)

  const python = Bun.spawn(['python3', `${import.meta.dir}/external.py`, `${server.port}`], {
    stdout: 'pipe',
    stderr: 'inherit',
    timeout: 20_000,
  })
  const sequence = (await new Response(python.stdout).text()).trim().split('\n')
  expect(await python.exited).toBe(0)

  await recorder.heard(5)
  const durable = recorder.entries.filter(({ cursor }) => cursor !== undefined)
  const ephemeral = recorder.entries.filter(({ cursor }) => cursor === undefined)
  const [first, ...rest] = durable.map(({ text }) => text)
  expect(first).toBe('{"event": "message", "props": {"text": "Grüße aus Python"}}')
  expect(rest).toEqual([
    '{"event": "presence", "props": {"here": 1}}',
    '{"event": "presence", "props": {"here": 2}}',
    '{"event": "message", "props": {"text": "done"}}',
  ])
  expect(ephemeral.map(({ text }) => text)).toEqual(['{"event": "typing", "props": {"who": "py"}}'])
  expect(durable.map(({ cursor }) => cursor?.split('.')[1])).toEqual(sequence)

  const own = '{"event":"message","props":{"text":"ours"}}'
  await broker.publish(topic, own, { retention: DEFAULT_RETENTION })
  const retained = (await broker.read(topic, start))?.entries.map(({ text }) => text)
  expect(retained).toEqual([first ?? '', ...rest.slice(1), own])
  await broker.close()
}, 30_000)

test('what is no event of ours is counted once, said once, and passed over', async () => {
  const broker = createNatsBroker(server.url)
  const recorder = new Recorder()
  await broker.subscribe('rooms/bad', (await broker.read('rooms/bad'))?.cursor ?? '', recorder)
  const payloads = [new Uint8Array(0), new Uint8Array([0xc3, 0x28]), Buffer.from('{"fine":1}')]
  for (const payload of payloads) await publishRaw(server.port, 'rivulet.rooms.bad', payload)
  // No topic has such subjects: the first is no escape, the second is no canonical one.
  for (const token of ['=zz', '=41']) {
    await publishRaw(server.port, `rivulet.${token}`, Buffer.from('{}'))
  }
  const head = ['Rivulet-Keep: all', 'Rivulet-Floor: x', 'no colon']
  for (const line of head) {
    const headers = Buffer.from(`NATS/1.0\r\n${line}\r\n\r\n`)
    await publishRaw(server.port, 'rivulet.rooms.bad', Buffer.from('{"n":2}'), headers)
  }
  await eventually('the last', () => recorder.entries.length === 2)
  expect(recorder.texts).toEqual(['{"fine":1}', '{"n":2}'])
  expect(broker.health?.().badRecords).toBe(6)
  expect((await broker.read('rooms/bad'))?.entries.map(({ text }) => text)).toEqual(recorder.texts)
  expect(broker.health?.().badRecords).toBe(6)
  expect(broker.health?.().problem).toBeUndefined()
  await broker.close()
})
