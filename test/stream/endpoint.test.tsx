import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { append } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { Client } from './client.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'

const rooms = { pattern: 'rooms/[room]' }
const html = { accept: 'text/html' }

describe('who may listen', () => {
  function guarded(answer: boolean | Response | (() => Promise<boolean>)) {
    const asked: { room: string; cookie: string | null }[] = []
    const served = serve(
      stream({
        params: { room: z.string() },
        events: { line: append(Line) },
        authorize: ({ params, request }) => {
          asked.push({ room: params.room, cookie: request.headers.get('cookie') })
          return typeof answer === 'function' ? answer() : answer
        },
      }),
      rooms,
    )
    return { ...served, asked }
  }

  const ways = {
    'a new connection': {},
    'a replay': { after: 'e.1' },
    'a reconnect': { headers: { 'last-event-id': 'e.1' } },
    'one who has been told of the end': { headers: { 'last-event-id': 'end' } },
    'a first paint': { headers: html },
  }

  test.each(Object.entries(ways))('is asked for %s, and false is 403', async (_, way) => {
    const { stream, request, asked, broker } = guarded(false)
    await stream.at({ room: 'lobby' }).publish('line', { text: 'secret' })
    const after = (await broker.read('rooms/lobby'))?.cursor
    const response = await request({
      params: { room: 'lobby' },
      ...('after' in way && { after }),
      ...way,
    })
    expect(response.status).toBe(403)
    expect(await response.text()).toBe('You may not listen to this.')
    expect(asked).toEqual([{ room: 'lobby', cookie: null }])
  })

  test.each(Object.entries(ways))('may be answered with a response, for %s', async (_, way) => {
    const { request } = guarded(new Response('Pay first.', { status: 402 }))
    const response = await request({ params: { room: 'lobby' }, ...way })
    expect([response.status, await response.text()]).toEqual([402, 'Pay first.'])
  })

  test('is known by the request, and may take its time', async () => {
    const { request, asked } = guarded(async () => true)
    const response = await request({ params: { room: 'lobby' }, headers: { cookie: 'user=ada' } })
    expect(response.status).toBe(200)
    expect(asked).toEqual([{ room: 'lobby', cookie: 'user=ada' }])
  })
})

describe('params', () => {
  function bounded() {
    return serve(
      stream({ params: { room: z.string().regex(/^\D*$/) }, events: { line: append(Line) } }),
      rooms,
    )
  }

  test.each<[string, Record<string, string>, string]>([
    [
      'that the stream refuses',
      { room: '42' },
      'streams/rooms/[room].tsx does not accept these params.',
    ],
    ['that are missing', {}, 'streams/rooms/[room].tsx does not accept these params.'],
    ['that are too long for a topic', { room: 'x'.repeat(10_000) }, 'A topic is too long.'],
    ['that no URL carries', { room: '..' }, 'A param of a topic cannot be part of a URL.'],
  ])('%s are 400, for events and for HTML', async (_, params, message) => {
    const { request } = bounded()
    for (const headers of [{}, html]) {
      const response = await request({ params, headers })
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toStartWith('text/plain')
      expect(await response.text()).toStartWith(message)
    }
  })

  test('are those of zod', async () => {
    const { stream: upper, request } = serve(
      stream({ params: { room: z.string().toLowerCase() }, events: { line: append(Line) } }),
      rooms,
    )
    const client = new Client((await request({ params: { room: 'LOBBY' } })).body)
    await upper.at({ room: 'Lobby' }).publish('line', { text: 'a' })
    expect((await client.drain()).dataOf('line')).toEqual(['<p>a</p>'])
  })
})

describe('the URL of a stream answers', () => {
  function news() {
    return serve(stream({ events: { line: append(Line) } }))
  }

  test.each<[string, Record<string, string>]>([
    ['an EventSource', { accept: 'text/event-stream' }],
    ['curl', { accept: '*/*' }],
    ['a client that says nothing', {}],
    ['one that would take both', { accept: 'text/html, text/event-stream' }],
  ])('%s with events', async (_, headers) => {
    const response = await news().request({ headers })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  })

  test.each<[string, Record<string, string>]>([
    ['a browser that is pointed there', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
    ['htmx that paints anew', { accept: '*/*', 'hx-request': 'true' }],
  ])('%s with the first paint', async (_, headers) => {
    const { stream, request } = news()
    await stream.publish('line', { text: 'a' })
    const response = await request({ headers })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('vary')).toBe('accept')
    expect(await response.text()).toContain('<p>a</p>')
  })
})
