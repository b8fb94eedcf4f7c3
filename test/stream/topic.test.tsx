import { describe, expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { def } from '../../src/component/def.ts'
import { append, ephemeral } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { createLaggingBroker } from '../broker/lagging.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `<p>${n}</p>`)

function news(history: { events?: number } = {}) {
  return stream({ events: { line: append(Line), typing: ephemeral(Line) }, history })
}

test('an ephemeral event reaches a client that came with a cursor from a busier topic', async () => {
  const { stream, broker, connect } = serve(news())
  const first = await connect()
  await broker.publish('elsewhere', '{}', { retention: { events: 9, age: 9e9, bytes: 9e9 } })
  const cursor = (await broker.read('news'))?.cursor ?? ''
  const client = await connect({ after: cursor })
  await stream.publish('typing', { text: 'Ada' })
  await first.drain()
  await client.drain()
  expect(first.dataOf('typing')).toEqual(['<p>Ada</p>'])
  expect(client.dataOf('typing')).toEqual(['<p>Ada</p>'])
  await stream.publish('line', { text: '0' })
  await stream.publish('typing', { text: 'Bob' })
  expect((await client.drain()).dataOf('line')).toEqual(['<p>0</p>'])
  expect(client.dataOf('typing')).toEqual(['<p>Ada</p>', '<p>Bob</p>'])
})

describe('a reader that is left behind', () => {
  test('is told so, and never takes older events for those that it missed', async () => {
    const { stream, connect, cursor } = serve(news())
    const start = await cursor()
    const stalled = await connect()
    for (let n = 0; n < 30; n++) await stream.publish('line', { text: `${n}` })
    // Ephemeral events push the others out of the window; the log keeps them.
    for (let n = 0; n < 1100; n++) await stream.publish('typing', { text: '' })
    await setImmediate()
    // Whoever comes back has the window go back as far as the log does.
    const back = await connect({ after: start })
    expect((await back.drain()).dataOf('line')).toEqual(numbered(30))
    await stalled.drain()
    const seen = stalled.events.filter(({ event }) => event !== 'typing')
    const reset = seen.findIndex(({ event }) => event === 'reset')
    expect(reset).not.toBe(-1)
    const before = seen.slice(0, reset).map(({ data }) => data)
    expect(before).toEqual(numbered(before.length))
    expect(seen.slice(reset + 1)).toEqual([])
    expect(stalled.dataOf('typing')).toEqual([])
  })

  test('by ephemeral events alone misses nothing, and takes no older event again', async () => {
    const { stream, connect, cursor } = serve(news({ events: 900 }))
    const start = await cursor()
    const stalled = await connect()
    for (let n = 0; n < 600; n++) await stream.publish('line', { text: `${n}` })
    await stalled.drain()
    // So many that the window leaves the lines behind, and that reader as well.
    for (let n = 0; n < 2200; n++) await stream.publish('typing', { text: '' })
    // The lines come back into the window, where that reader was when it stalled.
    const back = await connect({ after: start })
    await back.drain()
    await stalled.drain()
    for (const client of [stalled, back]) {
      expect(client.dataOf('line')).toEqual(numbered(600))
      expect(client.dataOf('reset')).toEqual([])
    }
  })

  test('but not one that has just come back, however fast events come', async () => {
    const { stream, connect, cursor } = serve(news())
    const start = await cursor()
    await connect()
    for (let n = 0; n < 30; n++) await stream.publish('line', { text: `${n}` })
    for (let n = 0; n < 1100; n++) await stream.publish('typing', { text: '' })
    const back = await connect({ after: start })
    await stream.publish('typing', { text: '' })
    await back.drain()
    expect(back.dataOf('line')).toEqual(numbered(30))
    expect(back.dataOf('reset')).toEqual([])
  })
})

test('an event from before a gap of the broker does not come after it, though its rendering takes longer', async () => {
  const rendering = Promise.withResolvers<void>()
  const Slow = def({ text: z.string() }, async ({ text }) => {
    await rendering.promise
    return <p>{text}</p>
  })
  const broker = createLaggingBroker(() => 1)
  const { stream: slow, connect } = serve(stream({ events: { line: append(Slow) } }), { broker })
  const client = await connect()
  await slow.publish('line', { text: '0' })
  await client.drain()
  await broker.lose('news')
  await client.drain()
  rendering.resolve()
  await client.until('the reset', () => client.dataOf('reset').length === 1)
  await slow.publish('line', { text: '1' })
  await client.until('the next event', () => client.dataOf('line').length > 0)
  expect(client.events.map(({ event, data }) => `${event} ${data}`)).toEqual([
    'reset ',
    'line <p>1</p>',
  ])
})

test('many who come back at once, each from another place, all go on from there', async () => {
  const broker = createLaggingBroker(() => Math.floor(Math.random() * 3))
  const { stream, connect, cursor } = serve(news({ events: 100 }), { broker })
  const cursors = [await cursor()]
  for (let n = 0; n < 40; n++) cursors.push(await stream.publish('line', { text: `${n}` }))
  // From the newest to the oldest: each has to reach further back than all before.
  const clients = await Promise.all(cursors.toReversed().map((after) => connect({ after })))
  for (const [index, client] of clients.toReversed().entries()) {
    await client.drain()
    expect(client.dataOf('line')).toEqual(numbered(40).slice(index))
    expect(client.dataOf('reset')).toEqual([])
  }
})

test('a client that is ahead of the topic gets nothing twice', async () => {
  const broker = createLaggingBroker(() => 5)
  const { stream, connect, cursor } = serve(news(), { broker })
  const watching = await connect()
  for (let n = 0; n < 5; n++) void stream.publish('line', { text: `${n}` })
  while ((await broker.read('news'))?.entries.length !== 5) await setImmediate()
  const client = await connect({ after: await cursor() })
  await stream.publish('line', { text: '5' })
  await watching.until('all', () => watching.dataOf('line').length === 6)
  await client.until('the new one', () => client.dataOf('line').length > 0)
  expect(client.dataOf('line')).toEqual(['<p>5</p>'])
})
