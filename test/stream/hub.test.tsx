import { describe, expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { append } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { createCountingBroker } from '../broker/counting.ts'
import { createLaggingBroker } from '../broker/lagging.ts'
import { collectErrors } from './errors.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'

const errors = collectErrors()

function chat() {
  return stream({ params: { room: z.string() }, events: { line: append(Line) } })
}

const rooms = { pattern: 'rooms/[room]' }
const lobby = { params: { room: 'lobby' } }
const attic = { params: { room: 'attic' } }

test('a topic is subscribed to once, while somebody is connected', async () => {
  const broker = createCountingBroker()
  const { connect } = serve(chat(), { ...rooms, broker })
  const clients = await Promise.all([connect(lobby), connect(lobby), connect(attic)])
  expect(Object.fromEntries(broker.subscriptions)).toEqual({ 'rooms/lobby': 1, 'rooms/attic': 1 })
  await clients[0]?.leave()
  expect(broker.subscriptions.get('rooms/lobby')).toBe(1)
  await clients[1]?.leave()
  await clients[2]?.leave()
  expect(Object.fromEntries(broker.subscriptions)).toEqual({ 'rooms/lobby': 0, 'rooms/attic': 0 })
  await connect(lobby)
  expect(broker.subscriptions.get('rooms/lobby')).toBe(1)
})

test.each(['before', 'after'])(
  'a request that is aborted %s it is answered leaves nothing',
  async (when) => {
    const broker = createCountingBroker()
    const { request } = serve(chat(), { ...rooms, broker })
    const abort = new AbortController()
    const responding = request({ ...lobby, signal: abort.signal })
    if (when === 'before') abort.abort()
    const { body } = await responding
    abort.abort()
    expect(broker.subscriptions.get('rooms/lobby')).toBe(0)
    const chunks = await Array.fromAsync(body as AsyncIterable<Uint8Array>)
    expect(chunks).toHaveLength(1)
  },
)

describe('a client that connects while the last one leaves', () => {
  test('hears everything, at whatever moment that is', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const broker = createCountingBroker()
      const { stream, connect } = serve(chat(), { ...rooms, broker })
      const first = await connect(lobby)
      const connecting = connect(lobby)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      await first.leave()
      const second = await connecting
      await stream.at(lobby.params).publish('line', { text: `${turns}` })
      expect((await second.drain()).dataOf('line')).toEqual([`<p>${turns}</p>`])
      expect(broker.subscriptions.get('rooms/lobby')).toBe(1)
      await second.leave()
      expect(broker.subscriptions.get('rooms/lobby')).toBe(0)
    }
  })

  test('also where the broker is far away', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const broker = createLaggingBroker(() => Math.floor(Math.random() * 3))
      const { stream, connect } = serve(chat(), { ...rooms, broker })
      const connectingFirst = connect(lobby)
      const connecting = connect(lobby)
      for (let turn = 0; turn < turns % 10; turn++) await setImmediate()
      await (await connectingFirst).leave()
      const second = await connecting
      await stream.at(lobby.params).publish('line', { text: `${turns}` })
      await second.until('the event', () => second.dataOf('line').length > 0)
      expect(second.dataOf('line')).toEqual([`<p>${turns}</p>`])
    }
  })
})

test('a topic that could not be opened can be, once the broker is back', async () => {
  const memory = createCountingBroker()
  let away = true
  const broker = {
    ...memory,
    subscribe: async (...all: Parameters<typeof memory.subscribe>) => {
      if (away) throw new Error('the broker is away')
      return memory.subscribe(...all)
    },
  }
  const { stream, connect } = serve(chat(), { ...rooms, broker })
  for (const refused of await Promise.all([connect(lobby), connect(lobby)])) {
    await refused.until('its end', ({ ended }) => ended)
    // Not an error: an EventSource would never come back from one.
    expect(refused.text).toMatch(/^retry: \d+\n\n$/)
  }
  expect(errors()[0]).toContain('rooms/lobby cannot be listened to now')
  expect(errors()[0]).toContain('the broker is away')
  away = false
  const client = await connect(lobby)
  await stream.at(lobby.params).publish('line', { text: 'a' })
  expect((await client.drain()).dataOf('line')).toEqual(['<p>a</p>'])
})

describe('a hub that is closed', () => {
  test('ends every connection with what was written, and takes no other', async () => {
    const broker = createCountingBroker()
    const { stream, connect, hub, request } = serve(chat(), { ...rooms, broker })
    const client = await (await connect(lobby)).drain()
    await stream.at(lobby.params).publish('line', { text: 'a' })
    await client.drain()
    hub.close()
    await client.until('its end', ({ ended }) => ended)
    expect(client.dataOf('line')).toEqual(['<p>a</p>'])
    expect(broker.subscriptions.get('rooms/lobby')).toBe(0)
    const response = await request(lobby)
    expect(response.status).toBe(200)
    // No id: whoever has been told to go on elsewhere goes on from where it was.
    expect(await response.text()).toMatch(/^retry: \d+\n\n$/)
  })

  test('at any moment of a connect ends that one, too', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const broker = createCountingBroker()
      const { connect, hub } = serve(chat(), { ...rooms, broker })
      const connecting = connect(lobby)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      hub.close()
      await (await connecting).until('its end', ({ ended }) => ended)
      expect(broker.subscriptions.get('rooms/lobby') ?? 0).toBe(0)
    }
  })
})

test('when all have left, no timer keeps the process', async () => {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/leaves-nothing.ts`], {
    cwd: `${import.meta.dir}/../..`,
    timeout: 20_000,
  })
  expect(await new Response(child.stdout).text()).toBe('done\n')
  expect(await child.exited).toBe(0)
})
