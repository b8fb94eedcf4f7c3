import { afterAll, expect, test } from 'bun:test'
import { parseHTML } from 'linkedom'
import { createMemoryBroker, rivulet } from 'rivulet'
import { ChatMessage } from '../components/ChatMessage.tsx'
import type { Broker } from '../src/broker/broker.ts'
import { toElement } from '../src/html/element.ts'
import { jsx } from '../src/jsx-runtime.ts'
import { pageResponse } from '../src/page/respond.ts'
import { type PlacedPage, loadPages } from '../src/router/load-pages.ts'
import { readParams } from '../src/router/read-params.ts'
import { type RoutePath, routePath } from '../src/router/route-path.ts'
import { type SourceFile, scanFolder } from '../src/router/scan.ts'
import { loadAssets } from '../src/server/assets.ts'
import { encodeEvent } from '../src/sse/event.ts'
import Room from '../streams/rooms/[room].tsx'

// One visit to the starter's chat, followed through every room: each test is named by the file that the
// visit passes through, and goes on with what the test before it got.

const root = new URL('..', import.meta.url).pathname
const memory = createMemoryBroker()
const subscriptions = new Map<string, 'open' | 'ended'>()
const broker: Broker = {
  ...memory,
  async subscribe(topic, after, listener) {
    const unsubscribe = await memory.subscribe(topic, after, listener)
    subscriptions.set(`${topic} after ${after}`, 'open')
    return () => {
      subscriptions.set(`${topic} after ${after}`, 'ended')
      unsubscribe()
    }
  },
}
const app = rivulet({ root, broker })
await app.modules
afterAll(async () => {
  await reader?.cancel()
  await memory.close()
})

const text = '<b>Hi</b>'
let source: SourceFile
let path: RoutePath
let route: PlacedPage
let html: string
let message: string
let connectUrl: string
let cursor: string
let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
let second: string
let written: Uint8Array

const send = async (url: string, init?: RequestInit): Promise<Response> =>
  app.handle(new Request(`http://localhost${url}`, init))

test('src/router/scan.ts finds pages/chat/[room].tsx', () => {
  const found = scanFolder(root, 'pages').find(({ file }) => file === 'pages/chat/[room].tsx')
  source = found as SourceFile
  expect(source.path).toBe('chat/[room]')
})

test('src/router/route-path.ts reads its URL off the path', () => {
  path = routePath(source.path) as RoutePath
  expect(path).toEqual({ pattern: '/chat/:room', params: ['room'], shape: '/chat/:' })
})

test('src/router/load-pages.ts imports it, with its action and its layout', async () => {
  const { routes } = await loadPages(root)
  route = routes.find(({ file }) => file === source.file) as PlacedPage
  expect(route.path).toEqual(path)
  expect(Object.keys(route.actions)).toEqual(['POST'])
  expect(route.layouts).toHaveLength(1)
})

test('src/router/bind.ts binds both to the URL', () => {
  const bound = app.routes.filter((one) => one.path === path.pattern)
  expect(bound.map(({ method }) => method)).toEqual(['GET', 'POST'])
})

test('src/page/respond.ts answers a request with the page, in its layout', async () => {
  const url = 'http://localhost/chat/lobby'
  const settings = {
    assets: await loadAssets(root, undefined),
    headers: new Headers({ 'content-type': 'text/html; charset=utf-8' }),
    development: false,
  }
  const params = readParams(route.path, { room: 'lobby' }, url)
  const response = await pageResponse(route, settings, new Request(url), params)
  expect(response.status).toBe(200)
  html = await response.text()
  expect(html).toStartWith('<!doctype html><html lang="en"><head>')
  expect(await (await send('/chat/lobby')).text()).toBe(html)
})

test('src/component/def.ts makes a message of checked props', async () => {
  const props = { author: 'Ada', text, at: '2030-01-02T03:04:05Z' }
  message = (await ChatMessage(props)).markup
  expect(() => ChatMessage({ ...props, author: '' })).toThrow('author: Too small')
})

test('src/html/element.ts escapes what the visitor wrote', async () => {
  const said = await toElement(jsx('p', { children: text }))
  expect(said.markup).toBe('<p>&lt;b&gt;Hi&lt;/b&gt;</p>')
  expect(message).toBe(
    `<li class="message"><b>Ada</b> <time datetime="2030-01-02T03:04:05Z">03:04</time>${said.markup}</li>`,
  )
})

test('src/stream/first-paint.ts paints the room, and says where its events go on', () => {
  connectUrl = / sse-connect="([^"]+)"/.exec(html)?.[1] ?? ''
  cursor = new URL(connectUrl, 'http://localhost').searchParams.get('after') ?? ''
  expect(connectUrl).toBe(`/sse/rooms/lobby?after=${cursor}`)
  expect(cursor).not.toBe('')
})

test('src/stream/target.ts tells the client what to do with an event', () => {
  const { document } = parseHTML(html)
  const room = document.querySelector('[hx-ext="sse"]')
  expect(room?.getAttribute('sse-connect')).toBe(connectUrl)
  const target = room?.querySelector('[sse-swap="message"]')
  expect(target?.getAttribute('hx-swap')).toBe('beforeend')
  expect(target?.innerHTML).toBe('')
})

test('src/stream/endpoint.ts opens the stream at that place', async () => {
  const response = await send(connectUrl, { headers: { accept: 'text/event-stream' } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  reader = response.body?.getReader()
  expect(await read()).toMatch(new RegExp(`^retry: \\d+\nid: ${RegExp.escape(cursor)}\n\n$`))
})

test('src/stream/topic.ts subscribes to the log from there', () => {
  expect([...subscriptions]).toEqual([[`rooms/lobby after ${cursor}`, 'open']])
})

test('src/page/action.ts publishes what the form says, and sends the visitor back', async () => {
  const response = await send('/chat/lobby', {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ author: 'Ada', text }),
  })
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    '/chat/lobby?author=Ada',
  ])
})

test('src/broker/memory.ts has it in its log, as plain JSON', async () => {
  const { entries } = (await memory.read('rooms/lobby', cursor)) ?? { entries: [] }
  expect(entries.map((entry) => JSON.parse(entry.text) as unknown)).toEqual([
    { event: 'message', props: { author: 'Ada', text, at: expect.any(String) } },
  ])
  written = (await reader?.read())?.value ?? new Uint8Array()
})

test('src/sse/event.ts writes it, byte for byte as the page paints it', async () => {
  const id = (await memory.read('rooms/lobby'))?.cursor
  const page = await (await send('/chat/lobby')).text()
  const item = parseHTML(page).document.querySelector('.messages > li')
  expect(String(item)).toEndWith('<p>&lt;b&gt;Hi&lt;/b&gt;</p></li>')
  expect(written).toEqual(encodeEvent({ id, data: String(item) }))
})

test('src/stream/window.ts makes one chunk of what falls into one turn', async () => {
  const at = '2030-01-02T03:04:05Z'
  const room = Room.at({ room: 'lobby' })
  const cursors = await Promise.all(
    ['two', 'three'].map((said) => room.publish('message', { author: 'Ada', text: said, at })),
  )
  const start = `<li class="message"><b>Ada</b> <time datetime="${at}">03:04</time>`
  expect(await read()).toBe(
    `id: ${cursors[0]}\ndata: ${start}<p>two</p></li>\n\nid: ${cursors[1]}\ndata: ${start}<p>three</p></li>\n\n`,
  )
  ;[, second = ''] = cursors
})

test('src/stream/reader.ts holds the place of each client', async () => {
  const id = { 'last-event-id': second }
  const response = await send('/sse/rooms/lobby', {
    headers: { accept: 'text/event-stream', ...id },
  })
  const other = response.body?.getReader()
  const hello = new TextDecoder().decode((await other?.read())?.value)
  expect(hello).toMatch(new RegExp(`^retry: \\d+\nid: ${RegExp.escape(second)}\n\n$`))
  await other?.cancel()
  expect([...subscriptions]).toEqual([[`rooms/lobby after ${cursor}`, 'open']])
})

test('src/stream/connection.ts ends with its client, and lets go of the log', async () => {
  await reader?.cancel()
  expect([...subscriptions]).toEqual([[`rooms/lobby after ${cursor}`, 'ended']])
})

async function read(): Promise<string> {
  return new TextDecoder().decode((await reader?.read())?.value)
}
