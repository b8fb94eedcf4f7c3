import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { append, latest } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { collectErrors } from './errors.ts'
import { Line } from './line.tsx'
import { byTopic, dataOf, serveMany } from './serve-many.ts'

const errors = collectErrors()

const news = () => stream({ events: { line: append(Line) } })
const rooms = () => stream({ params: { room: z.string() }, events: { line: append(Line) } })

/** Two streams: one topic, and many. */
function both(options = {}) {
  const streams = { news: news(), 'rooms/[room]': rooms() }
  const say = (room: string, text: string): Promise<string> =>
    streams['rooms/[room]'].at({ room }).publish('line', { text })
  return { ...serveMany(streams, options), news: streams.news, say }
}

/** The epoch, and the jitter, are chance. */
function plain(text: string): string {
  return text.replace(/^retry: \d+/, 'retry: R').replace(/[a-z0-9]{6,}\.(\d+)/g, 'e.$1')
}

test('each topic has its hello and its events behind its name', async () => {
  const { connect, news, say } = both()
  const client = await connect(['rooms/lobby', 'news'])
  await client.drain()
  expect(plain(client.text)).toBe(
    'retry: R\nevent: topic\ndata: rooms/lobby\n\nid: e.0\n\nevent: topic\ndata: news\n\nid: e.0\n\n',
  )
  const before = client.text.length
  await say('lobby', 'a')
  await say('attic', 'for nobody here')
  await client.drain()
  await news.publish('line', { text: 'b' })
  await client.drain()
  expect(plain(client.text.slice(before))).toBe(
    'event: topic\ndata: rooms/lobby\n\nevent: line\nid: e.1\ndata: <p>a</p>\n\n' +
      'event: topic\ndata: news\n\nevent: line\nid: e.3\ndata: <p>b</p>\n\n',
  )
})

describe('each topic goes on', () => {
  test('from its own cursor', async () => {
    const { connect, cursor, news, say } = both()
    await say('lobby', '1')
    await news.publish('line', { text: '1' })
    const early = await cursor('news')
    await say('lobby', '2')
    await news.publish('line', { text: '2' })
    const late = await cursor('news')
    await say('lobby', '3')
    await news.publish('line', { text: '3' })
    const client = await (await connect([`rooms/lobby@${late}`, `news@${early}`])).drain()
    expect(dataOf(client, 'rooms/lobby', 'line')).toEqual(['<p>3</p>'])
    expect(dataOf(client, 'news', 'line')).toEqual(['<p>2</p>', '<p>3</p>'])
  })

  test('from now without one, whatever Last-Event-ID says', async () => {
    const { connect, cursor, say } = both()
    const first = await cursor('rooms/lobby')
    await say('lobby', 'past')
    const client = await connect(['rooms/lobby'], { headers: { 'last-event-id': first } })
    await say('lobby', 'now')
    expect(dataOf(await client.drain(), 'rooms/lobby', 'line')).toEqual(['<p>now</p>'])
  })

  test.each(['gone.1', 'not a cursor', 'ü', ' ', 'x'.repeat(200)])(
    'and one with the unknown cursor %p is told of a gap, alone',
    async (unknown) => {
      const { connect, cursor, news, say } = both()
      const start = await cursor('news')
      await news.publish('line', { text: 'kept' })
      await say('lobby', 'lost')
      const client = await (await connect([`rooms/lobby@${unknown}`, `news@${start}`])).drain()
      const head = await cursor('news')
      expect(byTopic(client)['rooms/lobby']).toEqual([{ event: 'reset', id: head, data: '' }])
      expect(dataOf(client, 'news', 'line')).toEqual(['<p>kept</p>'])
      expect(client.dataOf('reset')).toHaveLength(1)
    },
  )

  test('from the last cursor, when it is named twice', async () => {
    const { connect, cursor, say } = both()
    const first = await cursor('rooms/lobby')
    await say('lobby', '1')
    const second = await cursor('rooms/lobby')
    await say('lobby', '2')
    const client = await connect([`rooms/lobby@${first}`, `rooms/lobby@${second}`])
    expect((await client.drain()).dataOf('topic')).toEqual(['rooms/lobby', 'rooms/lobby'])
    expect(client.dataOf('line')).toEqual(['<p>2</p>'])
  })
})

describe('a topic that is not to be had', () => {
  const guarded = (answer: () => boolean | Response) =>
    stream({ events: { line: append(Line) }, authorize: answer })
  const streams = () => ({
    news: news(),
    closed: guarded(() => false),
    paid: guarded(() => new Response('Pay first.', { status: 402 })),
    broken: guarded(() => {
      throw new Error('the database is away')
    }),
    forgotten: guarded((() => undefined) as unknown as () => boolean),
    'rooms/[room]': stream({ params: { room: z.string().max(5) }, events: { line: append(Line) } }),
  })

  test.each([
    ['closed', '403'],
    ['paid', '402'],
    ['broken', '500'],
    ['forgotten', '500'],
    ['rooms/too-long', '400'],
    ['rooms/..', '400'],
    [`rooms/${encodeURIComponent('a/b/c/d')}`, '400'],
    ['nowhere', '404'],
    ['rooms', '404'],
    ['rooms/a/b', '404'],
    ['rooms/%E0%A4%A', '404'],
    ['rooms/', '404'],
  ])('%s is denied with %s, and the others go on', async (topic, status) => {
    const all = streams()
    const { connect } = serveMany(all)
    const client = await (await connect([topic, 'news'])).drain()
    expect(byTopic(client)).toEqual({
      [topic]: [{ event: 'denied', id: undefined, data: status }],
      news: [],
    })
    await all.news.publish('line', { text: 'a' })
    expect(dataOf(await client.drain(), 'news', 'line')).toEqual(['<p>a</p>'])
    expect(client.ended).toBe(false)
  })

  test('is said in the log when that is a mistake of the app', async () => {
    const { connect } = serveMany(streams())
    await connect(['broken', 'forgotten', 'closed', 'news'])
    expect(errors()).toEqual([
      expect.stringContaining('the database is away'),
      expect.stringContaining(`authorize of streams/forgotten.tsx did not say who may listen.

Expected: true, false, a Response, or { until: a Date, or milliseconds since 1970 }
Got: undefined`),
    ])
  })

  test.each([
    [['closed'], 403, 'You may not listen to any of this.'],
    [['closed', 'paid'], 403, 'You may not listen to any of this.'],
    [['closed', 'news@end'], 403, 'You may not listen to any of this.'],
    [['nowhere'], 404, 'There is no stream of this name.'],
    [['nowhere', 'rooms'], 404, 'There is no stream of this name.'],
  ])('where nothing else is, %p is %i for the whole connection', async (on, status, text) => {
    const { request, hub } = serveMany(streams())
    const response = await request(on)
    expect([response.status, await response.text()]).toEqual([status, text])
    expect(hub.connections).toBe(0)
  })

  test('comes back soon where all that is asked for may be had later', async () => {
    const busy = guarded(() => new Response('Later.', { status: 503 }))
    const { request } = serveMany({ ...streams(), busy })
    for (const on of [['busy'], ['busy', 'broken']]) {
      const response = await request(on)
      expect(response.status).toBe(200)
      expect(await response.text()).toMatch(/^retry: \d+\n\n$/)
    }
  })

  test('is said of each where some are no stream, and the connection ends', async () => {
    const { connect, hub } = serveMany(streams())
    const client = await (await connect(['closed', 'paid', 'broken', 'nowhere'])).drain()
    const denied = (data: string): ReturnType<typeof byTopic>[string] => [
      { event: 'denied', id: undefined, data },
    ]
    expect(byTopic(client)).toEqual({
      closed: denied('403'),
      paid: denied('402'),
      broken: denied('500'),
      nowhere: denied('404'),
    })
    expect(client.ended).toBe(true)
    expect(hub.connections).toBe(0)
  })
})

describe('a topic that is over', () => {
  function ending() {
    const finish = Promise.withResolvers<void>()
    const task = stream({
      events: { line: latest(Line) },
      async *source() {
        yield { event: 'line' as const, props: { text: 'done' } }
        await finish.promise
      },
    })
    const other = news()
    return { finish: finish.resolve, other, ...serveMany({ task, news: other }) }
  }

  test('ends while the others go on', async () => {
    const { connect, finish, other } = ending()
    const client = await (await connect(['task', 'news'])).drain()
    finish()
    await client.until('the end', () => client.dataOf('end').length > 0)
    await other.publish('line', { text: 'a' })
    await client.drain()
    expect(byTopic(client)['task']).toEqual([
      { event: 'line', id: expect.any(String), data: '<p>done</p>' },
      { event: 'end', id: 'end', data: '' },
    ])
    expect(dataOf(client, 'news', 'line')).toEqual(['<p>a</p>'])
    expect(client.ended).toBe(false)
  })

  test('was the last one: the connection ends', async () => {
    const { connect, finish, hub } = ending()
    const client = await (await connect(['task', 'nowhere'])).drain()
    finish()
    await client.until('its end', ({ ended }) => ended)
    expect(client.events.at(-1)).toEqual({ event: 'end', id: 'end', data: '' })
    expect(hub.connections).toBe(0)
  })

  test('is answered so again, to a client that has been told', async () => {
    const { connect } = ending()
    const client = await (await connect(['task@end', 'news'])).drain()
    expect(byTopic(client)).toEqual({ task: [{ event: 'end', id: 'end', data: '' }], news: [] })
    expect(client.ended).toBe(false)
  })

  test('is 204 where all are', async () => {
    const { request } = ending()
    expect((await request(['task@end'])).status).toBe(204)
    expect((await request(['task@end', 'news@end'])).status).toBe(204)
  })
})

describe('a topic is answered under the name that was asked for', () => {
  test.each([
    ['rooms/a%20b', 'a b'],
    ['rooms/a b', 'a b'],
    ['rooms/%61%20b', 'a b'],
    ['rooms/caf%C3%A9', 'café'],
    ['rooms/café', 'café'],
    ['rooms/a%2Fb', 'a/b'],
    ['rooms/%40home', '@home'],
    ['rooms/a\nevent: end', 'a\nevent: end'],
    ['rooms/a\r\n\r\ndata: x', 'a\r\n\r\ndata: x'],
  ])('%j', async (topic, room) => {
    const { connect, say } = both()
    const client = await connect([topic, 'news'])
    await say(room, 'x')
    await client.drain()
    // What ends a line is one line end to whoever reads it.
    const name = topic.replace(/\r\n|\r/g, '\n')
    expect(Object.keys(byTopic(client))).toEqual([name, 'news'])
    expect(dataOf(client, name, 'line')).toEqual(['<p>x</p>'])
  })

  test.each([
    ['rooms/me@home@', 'me@home'],
    ['rooms/lobby@', 'lobby'],
  ])('%s has no cursor, and is listened to from now on', async (on, room) => {
    const { connect, say } = both()
    await say(room, 'before')
    const client = await connect([on])
    await say(room, 'x')
    await client.drain()
    expect(dataOf(client, `rooms/${room}`, 'line')).toEqual(['<p>x</p>'])
  })

  test('also when zod makes another one of it, and both at once', async () => {
    const upper = stream({
      params: { room: z.string().toLowerCase() },
      events: { line: append(Line) },
    })
    const { connect, hub } = serveMany({ 'rooms/[room]': upper })
    const both = await connect(['rooms/LOBBY', 'rooms/lobby'])
    const one = await connect(['rooms/Lobby'])
    await upper.at({ room: 'lobby' }).publish('line', { text: 'a' })
    await both.drain()
    expect(dataOf(both, 'rooms/LOBBY', 'line')).toEqual(['<p>a</p>'])
    expect(dataOf(both, 'rooms/lobby', 'line')).toEqual(['<p>a</p>'])
    expect(dataOf(await one.drain(), 'rooms/Lobby', 'line')).toEqual(['<p>a</p>'])
    expect(hub.connections).toBe(2)
  })
})

describe('bounds', () => {
  test.each([
    ['nothing', []],
    ['an empty topic', ['']],
    ['a cursor of nothing', ['@e.1']],
    ['more topics than limits.topics', ['rooms/1', 'rooms/2', 'rooms/3', 'rooms/4']],
    ['a topic that is too long', [`rooms/${'x'.repeat(600)}`]],
    ['a query that is too long', Array.from({ length: 3 }, () => `rooms/${'x'.repeat(9000)}`)],
  ])('%s is 400', async (_, on) => {
    const { request, hub } = both({ topics: 3 })
    const response = await request(on)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toStartWith('Expected: ')
    expect(hub.connections).toBe(0)
  })

  test('as many topics as there may be, with cursors, are answered', async () => {
    const { connect, cursor, say } = both({ topics: 100 })
    const at = await cursor('news')
    const topics = Array.from({ length: 100 }, (_, n) => `rooms/${'é'.repeat(5)}${n}`)
    const client = await connect(topics.map((topic) => `${encodeURI(topic)}@${at}`))
    await say('ééééé99', 'last')
    await client.drain()
    expect(client.dataOf('line')).toEqual(['<p>last</p>'])
    expect(Object.keys(byTopic(client))).toHaveLength(100)
  })
})
