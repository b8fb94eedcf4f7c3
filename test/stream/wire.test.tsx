import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import {
  append,
  ephemeral,
  json,
  latest,
  prepend,
  replace,
  type Delivery,
} from '../../src/stream/delivery.ts'
import { type Events, stream } from '../../src/stream/stream.ts'
import { eventually } from '../create/eventually.ts'
import type { Client } from './client.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'

/** Jitter and epoch are chance: `retry: R` and `e.1` stand for them. */
function plain(text: string, cursor: string): string {
  const epoch = cursor.slice(0, cursor.lastIndexOf('.'))
  return text.replaceAll(epoch, 'e').replace(/^retry: \d+$/m, 'retry: R')
}

function one<E extends Events>(events: E) {
  return serve(stream({ events }))
}

async function text(client: Client, cursor: string): Promise<string> {
  return plain((await client.drain()).text, cursor)
}

describe('a connection begins with', () => {
  test('its jittered retry and the cursor', async () => {
    const { connect, cursor } = one({ line: append(Line) })
    const retries = new Set<number>()
    for (let n = 0; n < 20; n++) {
      const client = await connect()
      expect(await text(client, await cursor())).toBe('retry: R\nid: e.0\n\n')
      retries.add(Number(/retry: (\d+)/.exec(client.text)?.[1]))
    }
    expect(retries.size).toBeGreaterThan(10)
    expect(Math.min(...retries)).toBeGreaterThanOrEqual(1500)
    expect(Math.max(...retries)).toBeLessThanOrEqual(3000)
  })

  test('the cursor that the client brought', async () => {
    const { stream, connect } = one({ line: append(Line) })
    const cursor = await stream.publish('line', { text: 'a' })
    await stream.publish('line', { text: 'b' })
    expect(await text(await connect({ after: cursor }), cursor)).toBe(
      'retry: R\nid: e.1\n\nevent: line\nid: e.2\ndata: <p>b</p>\n\n',
    )
  })

  test.each(['x.1', 'mabc.7', 'y'.repeat(10_240), 'a b', 'ä'])(
    'a reset and where to go on, after the unknown id %.10j…',
    async (id) => {
      const { stream, connect } = one({ line: append(Line) })
      const cursor = await stream.publish('line', { text: 'a' })
      const client = await connect({ after: id })
      expect(await text(client, cursor)).toBe('retry: R\nevent: reset\nid: e.1\ndata: \n\n')
      await stream.publish('line', { text: 'b' })
      expect(await text(client, cursor)).toEndWith('event: line\nid: e.2\ndata: <p>b</p>\n\n')
    },
  )
})

test('Last-Event-ID wins over the URL that the page was painted with', async () => {
  const { stream, connect } = one({ line: append(Line) })
  const first = await stream.publish('line', { text: 'a' })
  const second = await stream.publish('line', { text: 'b' })
  const client = await connect({ after: first, headers: { 'last-event-id': second } })
  expect(await text(client, first)).toBe('retry: R\nid: e.2\n\n')
})

describe('an event', () => {
  const durable: [string, Delivery<{ text: string }>, string][] = [
    ['append', append(Line), '<p>a</p>'],
    ['prepend', prepend(Line), '<p>a</p>'],
    ['replace', replace(Line), '<p>a</p>'],
    ['latest', latest(Line), '<p>a</p>'],
    ['json', json(z.object({ text: z.string() })), '{"text":"a"}'],
  ]

  test.each(durable)(
    'of %s has its name, its cursor and its data; it is replayed',
    async (_, delivery, data) => {
      const { stream, connect, cursor } = one({ line: delivery })
      const start = await cursor()
      const client = await connect()
      await stream.publish('line', { text: 'a' })
      const bytes = `event: line\nid: e.1\ndata: ${data}\n\n`
      expect(await text(client, start)).toBe(`retry: R\nid: e.0\n\n${bytes}`)
      expect(await text(await connect({ after: start }), start)).toBe(
        `retry: R\nid: e.0\n\n${bytes}`,
      )
    },
  )

  test('that is ephemeral has no cursor, and nobody gets it later', async () => {
    const { stream, connect, cursor } = one({ line: ephemeral(Line) })
    const start = await cursor()
    const client = await connect()
    await stream.publish('line', { text: 'a' })
    expect(await text(client, start)).toBe('retry: R\nid: e.0\n\nevent: line\ndata: <p>a</p>\n\n')
    expect(await text(await connect({ after: start }), start)).toBe('retry: R\nid: e.0\n\n')
  })

  test('called message is unnamed', async () => {
    const { stream, connect, cursor } = one({ message: append(Line) })
    const client = await connect()
    await stream.publish('message', { text: 'a' })
    expect(await text(client, await cursor())).toBe(
      'retry: R\nid: e.0\n\nid: e.1\ndata: <p>a</p>\n\n',
    )
  })

  test('of several lines has a data field for each', async () => {
    const { stream, connect, cursor } = one({ line: append(Line) })
    const client = await connect()
    await stream.publish('line', { text: 'a\nb\r\n\ndata: c' })
    expect(await text(client, await cursor())).toBe(
      'retry: R\nid: e.0\n\nevent: line\nid: e.1\ndata: <p>a\ndata: b&#13;\ndata: \ndata: data: c</p>\n\n',
    )
  })

  test('of JSON is one line, whatever is in it', async () => {
    const { stream, connect } = one({ data: json(z.array(z.string().nullable())) })
    const client = await connect()
    const value = ['a\nb\r', null, '\u2028\0\uD800', '</script>']
    await stream.publish('data', value)
    const [data = ''] = (await client.drain()).dataOf('data')
    expect(data).not.toContain('\n')
    expect(JSON.parse(data)).toEqual(value)
  })
})

test('of a burst, a reader that was behind gets each durable event, and of a state the newest', async () => {
  const { stream, connect, cursor } = one({
    line: append(Line),
    state: latest(Line),
    typing: ephemeral(Line),
  })
  const start = await cursor()
  const client = await connect()
  for (const text of ['1', '2', '3']) {
    await stream.publish('state', { text })
    await stream.publish('line', { text })
  }
  await stream.publish('typing', { text: '' })
  expect(await text(client, start)).toBe(
    [
      'retry: R\nid: e.0',
      'event: line\nid: e.2\ndata: <p>1</p>',
      'event: line\nid: e.4\ndata: <p>2</p>',
      'event: state\nid: e.5\ndata: <p>3</p>',
      'event: line\nid: e.6\ndata: <p>3</p>',
      'event: typing\ndata: <p></p>',
      '',
    ].join('\n\n'),
  )
  const back = await connect({ after: start })
  expect((await back.drain()).events).toEqual(client.events.slice(0, -1))
})

test('a quiet connection gets comments', async () => {
  const { connect, cursor } = serve(stream({ events: { line: append(Line) } }), {
    hub: { heartbeat: 30 },
  })
  const client = await connect()
  await eventually('two comments', async () => {
    const seen = await text(client, await cursor())
    return seen.startsWith('retry: R\nid: e.0\n\n:\n\n:\n\n')
  })
})

describe('a topic whose source has returned', () => {
  function finite() {
    return stream(Line, {
      event: 'line',
      async *source() {
        yield { text: 'a' }
        await Bun.sleep(0)
        yield { text: 'b' }
      },
    })
  }

  test('ends with an id that says so, and closes', async () => {
    const { connect, cursor } = serve(finite())
    const client = await connect()
    await client.until('the end', ({ ended }) => ended)
    expect(plain(client.text, await cursor())).toBe(
      'retry: R\nid: e.0\n\nevent: line\nid: e.1\ndata: <p>a</p>\n\nevent: line\nid: e.2\ndata: <p>b</p>\n\nevent: end\nid: end\ndata: \n\n',
    )
    expect(client.lastEventId).toBe('end')
  })

  test.each([{ headers: { 'last-event-id': 'end' } }, { after: 'end' }])(
    'answers 204 to whoever has been told: %j',
    async (ask) => {
      const { request } = serve(finite())
      const response = await request(ask)
      expect(response.status).toBe(204)
      expect(response.body).toBeNull()
    },
  )
})
