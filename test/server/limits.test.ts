import { afterAll, afterEach, describe, expect, spyOn, test } from 'bun:test'
import { Elysia } from 'elysia'
import { createMemoryBroker, rivulet, type RivuletOptions } from 'rivulet'
import { fixture } from '../fixture.ts'

const said = `events: { said: append(def({ text: z.string() }, ({ text }) => <p>{text}</p>)) }`
const imports = `import { append, def, HttpError, stream } from 'rivulet'
import { z } from 'zod'`
const files = {
  'streams/rooms/[room].tsx': `${imports}
export default stream({ params: { room: z.string().max(9) }, ${said} })`,
  'streams/news.tsx': `${imports}
export default stream({ ${said} })`,
  'streams/guarded/[by].tsx': `${imports}
export default stream({ params: { by: z.string() }, ${said}, authorize: ({ params: { by } }) => {
  if (by === 'throws') throw new Error('secret')
  if (by === 'http') throw new HttpError(402, 'Pay first.')
  if (by === 'past') return { until: Date.now() - 1 }
  if (by === 'time') return { until: NaN }
  return by === 'yes'
} })`,
  'streams/long.tsx': `${imports}
export default stream({ ${said}, vary: () => 'x'.repeat(65) })`,
}
const log = spyOn(console, 'error').mockImplementation(() => {})
afterAll(() => log.mockRestore())

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** A real server: addresses, and clients that go away, are of sockets. */
async function serve(options: RivuletOptions) {
  const app = rivulet({ root: await fixture(files), ...options })
  await app.modules
  app.listen({ port: 0, reusePort: false })
  ends.push(() => app.stop(true))
  const origin = `http://localhost:${app.server?.port}`
  const open = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const abort = new AbortController()
    const response = await fetch(origin + path, { headers, signal: abort.signal })
    const reader = response.body?.getReader()
    const text = new TextDecoder().decode((await reader?.read())?.value)
    const leave = async (): Promise<void> => {
      abort.abort()
      await reader?.cancel().catch(() => undefined)
    }
    ends.push(leave)
    return { response, text, leave, isAdmitted: text.includes('id: ') }
  }
  const metric = async (line: string): Promise<string | undefined> => {
    const text = await (await fetch(`${origin}/metrics`)).text()
    return text
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.slice(line.length + 1)
  }
  return { open, metric, origin }
}

/** Waits until a place is free again: a server hears of a client's leaving a moment later. */
async function admitted(open: () => Promise<{ isAdmitted: boolean }>): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await open()).isAdmitted) return true
    await Bun.sleep(10)
  }
  return false
}

test('a client over a limit is told to come back later, by all that an EventSource heeds', async () => {
  const { open, metric, origin } = await serve({ limits: { connections: 2 } })
  await open('/sse/news')
  const second = await open('/sse?on=rooms/a&on=rooms/b')
  expect(second.isAdmitted).toBe(true)
  const retries = new Set<number>()
  for (let attempt = 0; attempt < 5; attempt++) {
    const response = await fetch(`${origin}/sse${attempt % 2 ? '/news' : '?on=news&on=rooms/a'}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const [, retry] = /^retry: (\d+)\n\n$/.exec(await response.text()) ?? []
    retries.add(Number(retry))
  }
  for (const retry of retries) {
    expect(retry).toBeGreaterThanOrEqual(10_000)
    expect(retry).toBeLessThanOrEqual(30_000)
  }
  expect(retries.size).toBeGreaterThan(1)
  expect(await metric('rivulet_connections_shed_total{stream="news",limit="connections"}')).toBe(
    '5',
  )
  await second.leave()
  expect(await admitted(() => open('/sse/news'))).toBe(true)
})

test.each<[string, RivuletOptions, Record<string, string>, Record<string, string>]>([
  [
    'perAddress',
    { limits: { perAddress: 1 }, trustedProxy: {} },
    { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
    { 'x-forwarded-for': '203.0.113.7, 198.51.100.1' },
  ],
  [
    'perAddress',
    { limits: { perAddress: 1 }, trustedProxy: { header: 'fly-client-ip' } },
    { 'fly-client-ip': '2001:db8:1:2::1' },
    { 'fly-client-ip': '2001:db8:1:3::1' },
  ],
  [
    'perUser',
    { limits: { perUser: 1, user: (request) => request.headers.get('x-user') ?? undefined } },
    { 'x-user': 'ada' },
    { 'x-user': 'bob' },
  ],
  [
    'perUser',
    { limits: { perUser: 1, user: (request) => request.headers.get('x-user') ?? undefined } },
    { 'x-user': 'ada' },
    {},
  ],
])('%s holds for one visitor, and not for the next', async (limit, options, one, other) => {
  const { open, metric } = await serve(options)
  expect((await open('/sse/news', one)).isAdmitted).toBe(true)
  expect((await open('/sse/rooms/a', one)).isAdmitted).toBe(false)
  expect((await open('/sse/rooms/a', other)).isAdmitted).toBe(true)
  expect(
    await metric(`rivulet_connections_shed_total{stream="rooms/[room]",limit="${limit}"}`),
  ).toBe('1')
})

test('perStream holds over all topics of a stream', async () => {
  const { open, metric } = await serve({ limits: { perStream: 2 } })
  expect((await open('/sse/rooms/a')).isAdmitted).toBe(true)
  expect((await open('/sse?on=rooms/b&on=rooms/c')).isAdmitted).toBe(true)
  expect((await open('/sse/rooms/d')).isAdmitted).toBe(false)
  expect((await open('/sse?on=rooms/d&on=rooms/e')).isAdmitted).toBe(false)
  expect((await open('/sse/news')).isAdmitted).toBe(true)
  const shed = 'rivulet_connections_shed_total{stream="rooms/[room]",limit="perStream"}'
  expect(await metric(shed)).toBe('2')
})

test('who is denied a stream takes no place in it', async () => {
  const { open } = await serve({ limits: { perStream: 1 } })
  const { text } = await open('/sse?on=news&on=guarded/no')
  expect(text).toContain('event: denied\ndata: 403')
  expect((await open('/sse/guarded/yes')).isAdmitted).toBe(true)
  expect((await open('/sse/news')).isAdmitted).toBe(false)
})

test('a stream that is full keeps no other from a page', async () => {
  const { open } = await serve({ limits: { perStream: 1 } })
  const first = await open('/sse/rooms/a')
  const { text, leave } = await open('/sse?on=news&on=rooms/d')
  expect(text.replace(/retry: \d+\n/, '').replace(/id: [^\n]+/, 'id: …')).toBe(
    'event: topic\ndata: news\n\nid: …\n\nevent: topic\ndata: rooms/d\n\nevent: denied\ndata: 503\n\n',
  )
  await leave()
  await first.leave()
  const both = async (): Promise<{ isAdmitted: boolean }> => {
    const { text, leave } = await open('/sse?on=news&on=rooms/d')
    if (text.includes('denied')) await leave()
    return { isAdmitted: !text.includes('denied') && text.split('id: ').length === 3 }
  }
  expect(await admitted(both)).toBe(true)
})

test('a private address is limited only by a number of one’s own', async () => {
  const free = await serve({})
  for (let n = 0; n < 110; n++) expect((await free.open('/sse/news')).isAdmitted).toBe(true)
  const bounded = await serve({ limits: { perAddress: 2 } })
  const admissions = []
  for (let n = 0; n < 4; n++) admissions.push((await bounded.open('/sse/news')).isAdmitted)
  expect(admissions).toEqual([true, true, false, false])
})

test('topics of one connection are bounded', async () => {
  const { origin } = await serve({ limits: { topics: 1 } })
  expect((await fetch(`${origin}/sse?on=news&on=rooms/a`)).status).toBe(400)
})

test('many at once are no more than there may be', async () => {
  const { open } = await serve({ limits: { connections: 7 } })
  const paths = ['/sse/news', '/sse/guarded/yes', '/sse?on=news&on=guarded/yes']
  const all = await Promise.all(Array.from({ length: 40 }, (_, n) => open(paths[n % 3] ?? '')))
  expect(all.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(7)
})

describe('a place is given back', () => {
  test.each([
    ['/sse/guarded/no', 403],
    ['/sse/guarded/throws', 500],
    ['/sse/guarded/http', 402],
    ['/sse/guarded/past', 403],
    ['/sse/guarded/time', 500],
    ['/sse/long', 500],
    ['/sse/rooms/much-too-long', 400],
    ['/sse/rooms/%E0%A4%A', 400],
    ['/sse/news?after=end', 204],
    ['/sse?on=guarded/no', 403],
    // What has failed may be well again: a client has to come back.
    ['/sse?on=guarded/no&on=guarded/throws', 200],
    ['/sse?on=nowhere', 404],
    ['/sse?on=news@end', 204],
    ['/sse', 400],
  ])('by %s, which is %d', async (path, status) => {
    const { open, origin } = await serve({ limits: { connections: 1 } })
    for (let attempt = 0; attempt < 3; attempt++)
      expect((await fetch(origin + path)).status).toBe(status)
    expect((await fetch(`${origin}/sse/news`, { method: 'HEAD' })).status).toBe(200)
    expect((await open('/sse/news')).isAdmitted).toBe(true)
  })

  test('when the client leaves', async () => {
    const { open, metric } = await serve({ limits: { connections: 1 } })
    for (const path of ['/sse/news', '/sse?on=news&on=rooms/a&on=guarded/no', '/sse/news']) {
      let leave = async (): Promise<void> => undefined
      const opened = async () => {
        const one = await open(path)
        leave = one.leave
        return one
      }
      expect(await admitted(opened)).toBe(true)
      expect(await metric('rivulet_open_connections')).toBe('1')
      await leave()
    }
  })

  test('while the broker is away', async () => {
    const memory = createMemoryBroker()
    let isAway = true
    const broker = {
      ...memory,
      read: async (topic: string, after?: string) => {
        if (isAway) throw new Error('the broker is away')
        return memory.read(topic, after)
      },
    }
    const { open } = await serve({ broker, limits: { connections: 1 } })
    for (const path of ['/sse/news', '/sse?on=news&on=rooms/a', '/sse/news'])
      expect((await open(path)).text).toMatch(/^retry: \d+\n\n$/)
    isAway = false
    expect((await open('/sse/news')).isAdmitted).toBe(true)
    await memory.close()
  })
})

test('a place that a plugin takes the answer of is given back in the end', async () => {
  const app = new Elysia()
    .onAfterHandle({ as: 'global' }, ({ request }) =>
      request.headers.has('x-plugin') ? new Response('instead') : undefined,
    )
    .use(
      rivulet({
        root: await fixture(files),
        heartbeat: 20,
        stallTimeout: 60,
        limits: { connections: 1 },
      }),
    )
  await app.modules
  const open = async (headers: Readonly<Record<string, string>>) => {
    const response = await app.handle(new Request('http://localhost/sse/news', { headers }))
    const { value } = (await response.body?.getReader().read()) ?? {}
    return { isAdmitted: new TextDecoder().decode(value).includes('id: ') }
  }
  await open({ 'x-plugin': 'yes' })
  // Nobody reads the events, and nobody says that they are not wanted.
  expect((await open({})).isAdmitted).toBe(false)
  expect(await admitted(() => open({}))).toBe(true)
})

test('limits.user that throws is an answer, and takes no place', async () => {
  const { origin } = await serve({
    limits: {
      user: () => {
        throw new Error('no session')
      },
    },
    development: false,
  })
  for (const path of ['/sse/news', '/sse?on=news']) {
    const response = await fetch(origin + path)
    expect([response.status, await response.text()]).toEqual([500, 'Something went wrong.'])
  }
})

describe('options that are none throw at once', () => {
  test.each<[string, RivuletOptions]>([
    ['limits.connections', { limits: { connections: 0 } }],
    ['limits.perAddress', { limits: { perAddress: -1 } }],
    ['limits.perUser', { limits: { perUser: 1.5 } }],
    ['limits.perStream', { limits: { perStream: NaN } }],
    ['limits.topics', { limits: { topics: '10' as unknown as number } }],
    ['limits.connection', { limits: { connection: 10 } as object }],
    ['limits.user', { limits: { user: 'ada' as unknown as () => string } }],
    ['trustedProxy.hops', { trustedProxy: { hops: 0 } }],
    ['trustedProxy.header', { trustedProxy: { header: 'a b' } }],
    ['heartbeat', { heartbeat: 0 }],
    ['heartbeat', { heartbeat: Infinity }],
    ['retry', { retry: 0 }],
    ['stallTimeout', { stallTimeout: 600_000 }],
    ['maxAge', { maxAge: NaN }],
    ['drain', { drain: -1 }],
    ['htmx', { htmx: 3 as 4 }],
    ['Got: "4"', { htmx: '4' as unknown as 4 }],
  ])('%s: %p', (name, options) => {
    expect(() => rivulet({ root: '/nowhere', ...options })).toThrow(name)
  })

  test('but one that is undefined is its default', async () => {
    const limits = { connections: undefined, perStream: 1, perUser: undefined } as object
    const { open } = await serve({ limits })
    expect((await open('/sse/news')).isAdmitted).toBe(true)
    expect((await open('/sse/news')).isAdmitted).toBe(false)
  })
})
