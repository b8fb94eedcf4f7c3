import { heapStats } from 'bun:jsc'
import { expect, test } from 'bun:test'
import type { Publisher } from 'rivulet'
import { eventually, serveApp } from './serve-app.ts'
import { readMetrics } from './metrics-text.ts'

type News = Pick<Publisher<never>, 'publish'> & {
  publish(event: string, props: object): Promise<string>
}

const LARGE = { text: 'x'.repeat(32 * 1024) }
const CLIENTS = 10

/** What streams there are in the heap, after the garbage is gone. */
async function streamsInHeap(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    Bun.gc(true)
    await Bun.sleep(1)
  }
  return heapStats().objectTypeCounts['ReadableStream'] ?? 0
}

test('clients that take nothing are cut off, their sockets dropped and their memory freed', async () => {
  const { origin, server, stall, load } = await serveApp({ heartbeat: 150, stallTimeout: 2000 })
  const news = await load<News>('streams/news.tsx')
  const metric = async (line: string): Promise<number> =>
    (await readMetrics(origin)).value(line) ?? NaN
  await (await fetch(`${origin}/sse/news`)).body?.cancel()
  const before = await streamsInHeap()

  const reading = await fetch(`${origin}/sse/news`)
  let read = 0
  const reader = (async () => {
    for await (const chunk of reading.body as AsyncIterable<Uint8Array>) read += chunk.length
  })().catch(() => undefined)
  await Promise.all(
    Array.from({ length: CLIENTS }, (_, n) =>
      stall(n % 2 ? '/sse/news' : '/sse?on=news&on=rooms/a'),
    ),
  )
  // More than the kernel takes for both ends of a socket: some megabytes.
  const published = 400
  for (let n = 0; n < published; n++) {
    await news.publish('said', LARGE)
    if (n % 4 === 0) await Bun.sleep(0)
  }
  expect(await metric('rivulet_oldest_unsent_seconds{stream="news"}')).toBeGreaterThan(0)
  await eventually('they are counted', async () => {
    return (await metric('rivulet_connections_stalled_total{stream="news"}')) === CLIENTS
  })
  expect(await metric('rivulet_connections_stalled_total{stream="rooms/[room]"}')).toBe(CLIENTS / 2)
  expect(await metric('rivulet_open_connections')).toBe(1)
  expect(await metric('rivulet_connections{stream="news"}')).toBe(1)
  expect(await metric('rivulet_connections{stream="rooms/[room]"}')).toBe(0)

  // The clients read nothing of it, so that this is the server's doing: its idle timer, at 4 to 8 s.
  await eventually('the sockets are dropped', () => server.pendingRequests <= 1, 12_000)
  await eventually('the other one has all', () => read > published * LARGE.text.length)
  expect(await metric('rivulet_oldest_unsent_seconds{stream="news"}')).toBe(0)
  await reading.body?.cancel().catch(() => undefined)
  expect((await streamsInHeap()) - before).toBeLessThan(CLIENTS)
  void reader
}, 30_000)
