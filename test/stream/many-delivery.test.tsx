import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { def } from '../../src/component/def.ts'
import { append, latest } from '../../src/stream/delivery.ts'
import { placeOf } from '../../src/stream/definition.ts'
import { stream } from '../../src/stream/stream.ts'
import { createCountingBroker } from '../broker/counting.ts'
import { collectErrors } from './errors.ts'
import { Line } from './line.tsx'
import { connectTo } from './open-hub.ts'
import { Client } from './client.ts'
import { dataOf, serveMany } from './serve-many.ts'

const errors = collectErrors()
const KILOBYTE = 'x'.repeat(1024)

const news = () => stream({ events: { line: append(Line) } })
const rooms = () => stream({ params: { room: z.string() }, events: { line: append(Line) } })

test('an event is rendered once, and its bytes are made once, for connections of all kinds', async () => {
  let rendered = 0
  const Counted = def({ text: z.string() }, ({ text }) => {
    rendered++
    return <p>{text}</p>
  })
  const counted = stream({ events: { line: append(Counted) } })
  const other = news()
  const { hub, connect } = serveMany({ news: counted, other })
  const many = await Promise.all([1, 2, 3].map(() => connect(['news', 'other'])))
  const plain = await Promise.all(
    [1, 2, 3].map(async () => new Client(await connectTo(hub, counted.definition))),
  )
  for (const client of [...many, ...plain]) await client.drain()
  const before = new Map([...many, ...plain].map((client) => [client, client.text.length]))
  for (const text of ['a', 'b', 'c']) await counted.publish('line', { text })
  await other.publish('line', { text: 'd' })
  for (const client of [...many, ...plain]) await client.drain()
  expect(rendered).toBe(3)
  const since = (client: Client): string => client.text.slice(before.get(client))
  const [bare = ''] = plain.map(since)
  for (const text of plain.map(since)) expect(text).toBe(bare)
  const [several = ''] = many.map(since)
  for (const text of many.map(since)) expect(text).toBe(several)
  expect(several).toStartWith(`event: topic\ndata: news\n\n${bare}event: topic\ndata: other\n\n`)
})

describe('a busy topic does not starve a quiet one', () => {
  test('when both have much to replay', async () => {
    const streams = { busy: news(), quiet: news() }
    const { connect, cursor } = serveMany(streams)
    const start = await cursor('busy')
    await streams.quiet.publish('line', { text: 'here' })
    for (let n = 0; n < 250; n++) await streams.busy.publish('line', { text: KILOBYTE })
    const client = await connect([`busy@${start}`, `quiet@${start}`])
    while (dataOf(client, 'quiet', 'line').length === 0) await client.read()
    // A chunk of each, in turn: at most two of 64 KiB before the other topic has its own.
    expect(client.bytes).toBeLessThan(140 * 1024)
    await client.until('all', () => dataOf(client, 'busy', 'line').length === 250)
  })

  test('when the socket takes less than is published', async () => {
    const streams = { busy: news(), quiet: news() }
    const { connect } = serveMany(streams)
    const client = await (await connect(['busy', 'quiet'])).drain()
    // Enough that the client would read the busy one alone for many chunks.
    for (let n = 0; n < 900; n++) await streams.busy.publish('line', { text: KILOBYTE })
    await streams.quiet.publish('line', { text: 'here' })
    await Bun.sleep(5)
    let chunks = 0
    for (; dataOf(client, 'quiet', 'line').length === 0; chunks++) await client.read()
    expect(chunks).toBeLessThanOrEqual(4)
    await client.until('all', () => dataOf(client, 'busy', 'line').length === 900)
  })
})

describe('a client that takes nothing', () => {
  test('costs one chunk, over all of its topics', async () => {
    const all = rooms()
    const { connect } = serveMany({ 'rooms/[room]': all })
    const topics = Array.from({ length: 20 }, (_, n) => `rooms/${n}`)
    const client = await connect(topics)
    for (let n = 0; n < 100; n++)
      for (let room = 0; room < 20; room++)
        await all.at({ room: `${room}` }).publish('line', { text: KILOBYTE })
    await Bun.sleep(5)
    await client.read()
    // The hello; nothing else was queued behind it.
    expect(client.dataOf('line')).toEqual([])
    const waiting = placeOf(all.definition).stats.delivered
    expect(waiting).toBe(0)
    await client.until('all', () => client.dataOf('line').length === 2000)
    for (const topic of topics) expect(dataOf(client, topic, 'line')).toHaveLength(100)
  })

  test('is told of the gap in that topic alone, and spared what is superseded', async () => {
    const Box = def({ n: z.number() }, ({ n }) => <b>{`${n}`}</b>)
    const busy = stream({ events: { line: append(Line) }, history: { events: 10 } })
    const state = stream({ events: { box: latest(Box) } })
    const { connect } = serveMany({ busy, state })
    const client = await connect(['busy', 'state'])
    for (let n = 0; n < 1500; n++) await busy.publish('line', { text: `${n}` })
    for (let n = 0; n < 20; n++) await state.publish('box', { n })
    await client.until('the state', () => dataOf(client, 'state', 'box').length > 0)
    expect(dataOf(client, 'state', 'box')).toEqual(['<b>19</b>'])
    expect(dataOf(client, 'busy', 'reset')).toEqual([''])
    expect(dataOf(client, 'state', 'reset')).toEqual([])
    expect(placeOf(state.definition).stats.conflated).toBe(19)
  })
})

test('a topic that cannot be had leaves the others alone; without any, the client is told to come back', async () => {
  const memory = createCountingBroker()
  const broker = {
    ...memory,
    subscribe: async (topic: string, ...rest: [string, Parameters<typeof memory.subscribe>[2]]) => {
      if (topic === 'quiet') throw new Error('the broker is away')
      return memory.subscribe(topic, ...rest)
    },
  }
  const { connect, hub } = serveMany({ busy: news(), quiet: news() }, { broker })
  for (let attempt = 0; attempt < 20; attempt++) {
    const client = await connect(['busy', 'quiet'])
    await client.until('all of it', ({ text }) => text.includes('denied'))
    expect(client.text).toEndWith('event: topic\ndata: quiet\n\nevent: denied\ndata: 503\n\n')
    expect(client.text).toContain('event: topic\ndata: busy\n\nid: ')
    await client.leave()
    const alone = await connect(['quiet'])
    await alone.until('its end', ({ ended }) => ended)
    expect(alone.text).toMatch(/^retry: \d+\n\n$/)
  }
  expect(memory.subscriptions.get('busy')).toBe(0)
  expect(hub.connections).toBe(0)
  // Once, and not for each client.
  expect(errors()).toEqual([
    expect.stringContaining(
      'busy, quiet cannot be listened to now; a client is told to come back.',
    ),
  ])
})

test.each([0, 1, 3, 10])(
  'a client that leaves after %d turns of a connect leaves nothing',
  async (turns) => {
    const broker = createCountingBroker()
    const all = rooms()
    const { request, hub } = serveMany({ 'rooms/[room]': all }, { broker })
    const abort = new AbortController()
    const asking = request(['rooms/a', 'rooms/b'], { signal: abort.signal })
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    abort.abort()
    await (await asking).body?.cancel()
    expect([...broker.subscriptions.values()].every((count) => count === 0)).toBe(true)
    expect(hub.connections).toBe(0)
    expect(placeOf(all.definition).stats.connections).toBe(0)
  },
)
