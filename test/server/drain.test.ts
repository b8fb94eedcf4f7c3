import { describe, expect, test } from 'bun:test'
import { readMetrics } from './metrics-text.ts'
import { eventually, serveApp } from './serve-app.ts'

/** Opens connections, and says when each has ended, and with what. */
async function open(origin: string, paths: readonly string[]) {
  const ends: { text: string; at: number }[] = []
  const all = await Promise.all(paths.map((path) => fetch(origin + path)))
  const over = Promise.all(
    all.map(async (response) => ends.push({ text: await response.text(), at: performance.now() })),
  )
  return { ends, over, count: paths.length }
}

const repeat = (path: string, times: number): string[] => Array.from({ length: times }, () => path)

describe('draining', () => {
  test('ends connections one group after the other, each with a wait of its own', async () => {
    const { origin, running } = await serveApp({ drain: 400, retry: 2000 })
    const { ends, over } = await open(origin, [
      ...repeat('/sse/news', 100),
      ...repeat('/sse?on=news&on=rooms/a', 50),
    ])
    const begun = performance.now()
    await Promise.all([running.drain(), over])
    const times = ends.map(({ at }) => at - begun)
    expect(Math.max(...times)).toBeGreaterThan(250)
    expect(Math.max(...times)).toBeLessThan(5000)
    // Over the window, and not all of them at its beginning or its end.
    const pauses = times
      .toSorted((one, other) => one - other)
      .filter((time, index, sorted) => time - (sorted[index - 1] ?? 0) > 20)
    expect(pauses.length).toBeGreaterThanOrEqual(1)
    const retries = ends.map(({ text }) => Number(/\n\nretry: (\d+)\n\n$/.exec(text)?.[1]))
    for (const retry of retries) expect(retry).toBeWithin(100, 2101)
    expect(new Set(retries).size).toBeGreaterThan(50)
    expect((await readMetrics(origin)).value('rivulet_open_connections')).toBe(0)
  })

  test('goes no slower than it must', async () => {
    const { origin, running } = await serveApp({ drain: 60_000 })
    const { over } = await open(origin, repeat('/sse/news', 10))
    await Promise.all([running.drain(), over])
  })

  test('takes nobody new, and says so to those who ask', async () => {
    const { origin, running } = await serveApp({ drain: 500, retry: 300 })
    const readyz = async () => {
      const response = await fetch(`${origin}/readyz`)
      return [response.status, await response.text()]
    }
    expect(await readyz()).toEqual([200, 'ok'])
    const { ends, over, count } = await open(origin, repeat('/sse/news', 40))
    const drained = running.drain()
    expect(await readyz()).toEqual([503, 'draining'])
    expect((await fetch(`${origin}/healthz`)).status).toBe(200)
    for (const path of ['/sse/news', '/sse?on=news']) {
      const response = await fetch(origin + path)
      expect(response.status).toBe(200)
      const [, retry] = /^retry: (\d+)\n\n$/.exec(await response.text()) ?? []
      expect(Number(retry)).toBeWithin(150, 301)
    }
    expect(ends.length).toBeLessThan(count)
    await Promise.all([drained, over])
    expect(await readyz()).toEqual([503, 'draining'])
  })

  test('in no time ends all at once', async () => {
    const { origin, running } = await serveApp({ drain: 0 })
    const { over } = await open(origin, repeat('/sse/news', 40))
    await Promise.all([running.drain(), over])
  })

  test('that is interrupted by the end of the app ends with it', async () => {
    const { origin, running } = await serveApp({ drain: 60_000 })
    const { over } = await open(origin, repeat('/sse/news', 200))
    const drained = running.drain()
    await running.close()
    await Promise.all([drained, over])
  })
})

test('a connection is rotated when it is old, and its client goes on from where it was', async () => {
  const { origin, load } = await serveApp({ heartbeat: 30, maxAge: 200 })
  const news = await load<{ publish(event: string, props: object): Promise<string> }>(
    'streams/news.tsx',
  )
  for (const path of ['/sse/news', '/sse?on=news&on=rooms/a']) {
    const begun = performance.now()
    const response = await fetch(origin + path)
    const cursor = await news.publish('said', { text: 'a' })
    const text = await response.text()
    // Three quarters at least, seen at a heartbeat.
    expect(performance.now() - begun).toBeGreaterThan(145)
    expect(text).toContain(`id: ${cursor}\ndata: <p>a</p>\n\n`)
    const [, retry] = /\n\nretry: (\d+)\n\n$/.exec(text) ?? []
    expect(Number(retry)).toBeWithin(100, 1101)
    await news.publish('said', { text: 'meanwhile' })
    const again = await fetch(`${origin}/sse/news?after=${cursor}`)
    expect(await again.text()).toContain('<p>meanwhile</p>')
  }
  await eventually('all have ended', async () => {
    return (await readMetrics(origin)).value('rivulet_open_connections') === 0
  })
})

test.each(['/sse/news', '/sse?on=news&on=rooms/a', '/sse?on=nowhere', '/sse', '/metrics'])(
  'HEAD %s answers as GET does, and leaves nobody connected',
  async (path) => {
    const { origin } = await serveApp()
    const get = await fetch(origin + path)
    const head = await fetch(origin + path, { method: 'HEAD' })
    await get.body?.cancel()
    expect([head.status, head.headers.get('content-type')]).toEqual([
      get.status,
      get.headers.get('content-type'),
    ])
    expect(await head.text()).toBe('')
    await eventually('nobody is connected', async () => {
      return (await readMetrics(origin)).value('rivulet_open_connections') === 0
    })
  },
)
