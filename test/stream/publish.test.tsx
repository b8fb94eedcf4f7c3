import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { def } from '../../src/component/def.ts'
import { append, ephemeral, json, latest } from '../../src/stream/delivery.ts'
import { LARGEST_MESSAGE, PublishError } from '../../src/stream/message.ts'
import { stream } from '../../src/stream/stream.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'
import { rejection } from '../broker/rejection.ts'

const Dated = def({ at: z.date() }, ({ at }) => <p>{at.toISOString()}</p>)
const Toned = def({ tone: z.enum(['info', 'error']).default('info') }, ({ tone }) => <p>{tone}</p>)

function news() {
  return serve(
    stream({
      events: {
        line: append(Line),
        state: latest(Line),
        typing: ephemeral(Line),
        dated: append(Dated),
        toned: append(Toned),
        data: json(z.unknown()),
      },
    }),
  )
}

async function refusal(publishing: Promise<unknown>): Promise<string> {
  try {
    await publishing
  } catch (error) {
    if (error instanceof PublishError) return error.message
    throw error
  }
  throw new Error('It was published.')
}

describe('publish refuses, and appends nothing', () => {
  test.each<[string, string, unknown, string]>([
    [
      'an event that the stream does not have',
      'lime',
      { text: 'a' },
      'streams/news.tsx has no event "lime"; did you mean "line"?\n\nExpected: line, state, typing, dated, toned, data\nGot: lime',
    ],
    [
      'an event that every object has',
      'constructor',
      {},
      'streams/news.tsx has no event "constructor".\n\nExpected: line, state, typing, dated, toned, data\nGot: constructor',
    ],
    [
      'an unknown key',
      'line',
      { text: 'a', class: 'b' },
      'An event "line" of streams/news.tsx has props that its component does not accept.\n\nUnrecognized key: "class"',
    ],
    [
      'a wrong type',
      'line',
      { text: 1 },
      'An event "line" of streams/news.tsx has props that its component does not accept.\n\ntext: Invalid input: expected string, received number',
    ],
    [
      'no props',
      'line',
      undefined,
      'An event "line" of streams/news.tsx has props that its component does not accept.\n\nInvalid input: expected object, received undefined',
    ],
    [
      'what does not survive JSON',
      'dated',
      { at: new Date() },
      'An event "dated" of streams/news.tsx has props that its component does not accept.\n\nat: Invalid input: expected date, received string',
    ],
    [
      'what JSON cannot write',
      'data',
      1n,
      'An event "data" of streams/news.tsx cannot be written as JSON.\n\nExpected: props that JSON can carry\nGot: TypeError: JSON.stringify cannot serialize BigInt.',
    ],
    [
      'what is too large',
      'line',
      { text: 'x'.repeat(LARGEST_MESSAGE) },
      `An event "line" of streams/news.tsx is too large.\n\nExpected: at most 1048576 characters of JSON\nGot: ${LARGEST_MESSAGE + '{"event":"line","props":{"text":""}}'.length}`,
    ],
  ])('%s', async (_, event, props, message) => {
    const { stream, broker, connect } = news()
    const client = await connect()
    expect(await refusal(stream.publish(event as 'line', props as never))).toBe(message)
    expect((await broker.read('news'))?.entries).toEqual([])
    expect((await client.drain()).events).toEqual([])
  })

  test('params that are not of the stream', async () => {
    const chat = stream({ params: { room: z.string().max(3) }, events: { line: append(Line) } })
    const { stream: room } = serve(chat, { pattern: 'rooms/[room]' })
    const refused = 'streams/rooms/[room].tsx does not accept these params.\n\n'
    expect(() => room.at({ room: 'lobby' })).toThrow(`${refused}room: Too big: expected string`)
    expect(() => room.at({} as never)).toThrow(`${refused}room: Invalid input: expected string`)
    expect(() => room.at({ room: 'a', attic: 1 } as never)).toThrow(
      `${refused}Unrecognized key: "attic"`,
    )
    expect(await refusal(room.at({ room: '..' }).publish('line', { text: '' }))).toContain(
      'A param of a topic cannot be part of a URL.',
    )
  })
})

test('a stream that no walk has found says so', async () => {
  const lost = stream({ events: { line: append(Line) } })
  expect(await rejection(lost.publish('line', { text: '' }))).toMatch(
    /^Error: The stream of test\/stream\/publish.test.tsx:\d+ has no topic yet\.\n\nExpected: a file in streams\//,
  )
})

test('what is accepted lies in the log as plain JSON, as it was given', async () => {
  const { stream, broker } = news()
  const cursor = await stream.publish('toned', {})
  await stream.publish('data', [1, 'ä'])
  expect((await broker.read('news'))?.entries).toEqual([
    { cursor, text: '{"event":"toned","props":{}}' },
    { cursor: expect.any(String), text: '{"event":"data","props":[1,"ä"]}' },
  ])
})

test('of a state the log keeps the newest, of ephemeral events none, and of all no more than history says', async () => {
  const { stream, broker } = serve(history({ events: 3 }))
  for (let n = 0; n < 5; n++) {
    await stream.publish('line', { text: `${n}` })
    await stream.publish('state', { text: `${n}` })
    await stream.publish('typing', { text: `${n}` })
  }
  const texts = (await broker.read('news'))?.entries.map(({ text }) => JSON.parse(text).props.text)
  expect(texts).toEqual(['3', '4', '4'])
})

function history(kept: { events: number }) {
  return stream({
    events: { line: append(Line), state: latest(Line), typing: ephemeral(Line) },
    history: kept,
  })
}

test.each([1, 64])('%d loops of publishing let a client keep up', async (loops) => {
  const { stream, connect } = serve(history({ events: 9 }))
  const client = await connect()
  const numbers = Array.from({ length: 5000 }, (_, n) => n)
  const left = numbers.values()
  const publishing = Array.from({ length: loops }, async () => {
    for (const n of left) await stream.publish('line', { text: `${n}` })
  })
  await client.until('all of them', ({ bytes }) => bytes > 0)
  await Promise.all([...publishing, client.drain()])
  await client.drain()
  expect(client.dataOf('reset')).toEqual([])
  expect(client.dataOf('line')).toHaveLength(numbers.length)
})

test('is typed by the components', async () => {
  const { stream } = news()
  // @ts-expect-error no such event
  await refusal(stream.publish('lime', { text: 'a' }))
  // @ts-expect-error no such prop
  await refusal(stream.publish('line', { text: 'a', tone: 'info' }))
  // @ts-expect-error a prop is missing
  await refusal(stream.publish('line', {}))
  // @ts-expect-error not of this enum
  await refusal(stream.publish('toned', { tone: 'warn' }))
})
