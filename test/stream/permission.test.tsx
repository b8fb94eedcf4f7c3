import { describe, expect, jest, test } from 'bun:test'
import { z } from 'zod'
import { append } from '../../src/stream/delivery.ts'
import { placeOf } from '../../src/stream/definition.ts'
import { stream } from '../../src/stream/stream.ts'
import { createLaggingBroker } from '../broker/lagging.ts'
import { rejection } from '../broker/rejection.ts'
import { Line } from './line.tsx'
import { renderPage } from './render-page.ts'
import { byTopic, dataOf, serveMany } from './serve-many.ts'
import { serve } from './serve.ts'

/** A stream that lets everybody listen until then. */
function until(time: () => Date | number) {
  return stream({ events: { line: append(Line) }, authorize: () => ({ until: time() }) })
}

const soon = (): number => Date.now() + 120
/** For events, and for HTML. */
const WAYS: readonly Readonly<Record<string, string>>[] = [{}, { accept: 'text/html' }]
const expired = { event: 'expired', id: undefined, data: '' }

describe.each<[string, () => Date | number]>([
  ['a number', soon],
  ['a Date', () => new Date(soon())],
])('a permission until %s', (_, time) => {
  test('ends the connection then, after everything before and before everything after', async () => {
    const { stream, connect, hub } = serve(until(time))
    const client = await connect()
    await stream.publish('line', { text: 'before' })
    await client.until('its end', ({ ended }) => ended)
    await stream.publish('line', { text: 'after' })
    expect(client.events.map(({ event, data }) => `${event} ${data}`)).toEqual([
      'line <p>before</p>',
      'expired ',
    ])
    expect(client.text).toEndWith('\n\nevent: expired\ndata: \n\n')
    expect(hub.connections).toBe(0)
  })

  test('ends that topic alone, where a connection has others', async () => {
    const news = stream({ events: { line: append(Line) } })
    const paid = until(time)
    const { connect } = serveMany({ paid, news })
    const client = await (await connect(['paid', 'news'])).drain()
    await client.until('the expiry', () => client.dataOf('expired').length > 0)
    await paid.publish('line', { text: 'after' })
    await news.publish('line', { text: 'a' })
    await client.drain()
    expect(byTopic(client)).toEqual({
      paid: [expired],
      news: [{ event: 'line', id: expect.any(String), data: '<p>a</p>' }],
    })
    expect(client.ended).toBe(false)
    expect(placeOf(paid.definition).stats.connections).toBe(0)
  })

  test('is the end of a connection that has but such topics', async () => {
    const { connect } = serveMany({ one: until(time), other: until(time) })
    const client = await connect(['one', 'other'])
    await client.until('its end', ({ ended }) => ended)
    expect(byTopic(client)).toEqual({ one: [expired], other: [expired] })
  })
})

describe('a permission that has run out', () => {
  test.each([() => 0, () => Date.now(), () => new Date(Date.now() - 1), () => -Infinity])(
    'is 403, for events and for HTML',
    async (time) => {
      const { request } = serve(until(time))
      for (const headers of WAYS) {
        const response = await request({ headers })
        expect(response.status).toBe(403)
        expect(await response.text()).toBe('The permission to listen has run out.')
      }
    },
  )

  test('is nothing in a page, and one that has not is the first paint', async () => {
    let time = 0
    const { stream: News } = serve(until(() => time))
    expect(await renderPage(() => <News />)).toBe('')
    time = Date.now() + 1000
    expect(await renderPage(() => <News />)).toContain('sse-connect="/sse/news?after=')
  })

  test('while the broker was asked delivers nothing of what was missed', async () => {
    let turns = 0
    const broker = createLaggingBroker(() => turns)
    const { stream, connect, cursor } = serve(
      until(() => Date.now() + 1),
      { broker },
    )
    const after = await cursor()
    await stream.publish('line', { text: 'secret' })
    turns = 200
    const client = await connect({ after })
    await client.until('its end', ({ ended }) => ended)
    expect(client.events).toEqual([expired])
  })

  test('while the client took nothing delivers nothing of what came since', async () => {
    const { stream, connect } = serve(until(soon))
    const client = await connect()
    // The hello lies there unread: there is no room for an event, and none for the word of the end.
    await Bun.sleep(140)
    await stream.publish('line', { text: 'secret' })
    await Bun.sleep(5)
    await client.until('its end', ({ ended }) => ended)
    expect(client.events).toEqual([expired])
  })

  test('while its topic ended is no word of that end', async () => {
    const finish = Promise.withResolvers<void>()
    const task = stream({
      events: { line: append(Line) },
      authorize: () => ({ until: soon() }),
      async *source() {
        await finish.promise
        yield { event: 'line' as const, props: { text: 'secret' } }
      },
    })
    const { connect } = serve(task)
    const client = await connect()
    await Bun.sleep(140)
    finish.resolve()
    await Bun.sleep(5)
    await client.until('its end', ({ ended }) => ended)
    expect(client.events).toEqual([expired])
  })

  test('by the clock is kept, though its timer is late', async () => {
    const news = stream({ events: { line: append(Line) } })
    const paid = until(soon)
    const { connect } = serveMany({ paid, news })
    const client = await (await connect(['paid', 'news'])).drain()
    await paid.publish('line', { text: 'in time' })
    await client.drain()
    // The loop is blocked over the moment: what is published then comes before any timer.
    const end = Date.now() + 140
    while (Date.now() < end);
    await paid.publish('line', { text: 'secret' })
    await client.until('the expiry', () => client.dataOf('expired').length > 0)
    expect(dataOf(client, 'paid', 'line')).toEqual(['<p>in time</p>'])
  })
})

test('a permission for longer than timers go is no end at once', async () => {
  for (const time of [() => Date.now() + 2 ** 33, () => Infinity]) {
    const { connect } = serve(until(time))
    const client = await connect()
    await Bun.sleep(10)
    expect((await client.drain()).ended).toBe(false)
    expect(client.events).toEqual([])
  }
})

test.each(['leaves', 'is aborted'])('when the client %s, its timer goes, too', async (how) => {
  jest.useFakeTimers()
  try {
    const { request } = serve(until(() => Date.now() + 60_000))
    const before = jest.getTimerCount()
    const abort = new AbortController()
    const { body } = await request({ signal: abort.signal })
    // The heartbeat and the expiry.
    expect(jest.getTimerCount() - before).toBeGreaterThanOrEqual(2)
    if (how === 'leaves') await body?.cancel()
    else abort.abort()
    jest.advanceTimersByTime(1)
    expect(jest.getTimerCount() - before).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})

describe('authorize that answers no permission', () => {
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [1, '1'],
    ['yes', 'yes'],
    [{}, 'an object without until'],
    [{ user: 'ada' }, 'an object without until'],
    [{ until: NaN }, '{ until: NaN }'],
    [{ until: new Date('never') }, '{ until: Invalid Date }'],
    [{ until: '2999-01-01' }, '{ until: 2999-01-01 }'],
    [{ until: undefined }, '{ until: undefined }'],
    [{ until: null }, '{ until: null }'],
  ])('but %p lets nobody in', async (answer, got) => {
    const mistaken = stream({
      params: { room: z.string() },
      events: { line: append(Line) },
      authorize: () => answer as boolean,
    })
    const { request } = serve(mistaken, { pattern: 'rooms/[room]' })
    const message = `authorize of streams/rooms/[room].tsx did not say who may listen.

Expected: true, false, a Response, or { until: a Date, or milliseconds since 1970 }
Got: ${got}`
    for (const headers of WAYS) {
      const error = await rejection(request({ params: { room: 'a' }, headers }))
      expect(error).toBe(`TypeError: ${message}`)
    }
  })
})

test('a page shows a stream to whoever may listen, and nothing to others', async () => {
  const { stream: News } = serve(
    stream({
      events: { line: append(Line) },
      authorize: ({ request }) => request.headers.get('x-user') === 'ada',
    }),
  )
  expect(await renderPage(() => <News />, { 'x-user': 'ada' })).toContain('sse-connect')
  expect(await renderPage(() => <News />, { 'x-user': 'bob' })).toBe('')
})
