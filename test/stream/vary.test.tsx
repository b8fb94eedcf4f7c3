import { describe, expect, test } from 'bun:test'
import { heapStats } from 'bun:jsc'
import { z } from 'zod'
import { def } from '../../src/component/def.ts'
import { variant } from '../../src/component/render-context.ts'
import { append } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { createCountingBroker } from '../broker/counting.ts'
import { rejection } from '../broker/rejection.ts'
import { collectErrors } from './errors.ts'
import { byLanguage, greeting, language } from './greeting.tsx'
import { dataOf, serveMany } from './serve-many.ts'
import { serve } from './serve.ts'

const errors = collectErrors()

function varied() {
  const { rendered, Greeting } = greeting()
  const declared = stream({ events: { said: append(Greeting) }, vary: byLanguage })
  return { rendered, ...serve(declared) }
}

test('an event is rendered once for each answer, for all who have it', async () => {
  const { rendered, stream, connect } = varied()
  const clients = []
  for (const tag of ['de', 'fr', 'de', '', 'fr', 'de']) clients.push(await connect(language(tag)))
  await stream.publish('said', { text: 'a' })
  await stream.publish('said', { text: 'b' })
  for (const client of clients) await client.drain()
  expect(clients.map((client) => client.dataOf('said').join(''))).toEqual(
    ['de', 'fr', 'de', '', 'fr', 'de'].map((tag) => `<p lang="${tag}">a</p><p lang="${tag}">b</p>`),
  )
  expect(rendered.toSorted()).toEqual([' a', ' b', 'de a', 'de b', 'fr a', 'fr b'])
})

test('what was missed is rendered for whoever comes back, from one cursor for all', async () => {
  const { rendered, stream, connect, cursor } = varied()
  const after = await cursor()
  await stream.publish('said', { text: 'a' })
  for (const tag of ['de', 'fr', 'de']) {
    const client = await (await connect({ ...language(tag), after })).drain()
    expect(client.dataOf('said')).toEqual([`<p lang="${tag}">a</p>`])
  }
  expect(rendered).toEqual(['de a', 'fr a'])
})

test('a variant that is far behind does not hold up another', async () => {
  const { stream, connect } = varied()
  const slow = await connect(language('de'))
  const quick = await connect(language('fr'))
  for (let n = 0; n < 1000; n++) {
    await stream.publish('said', { text: `${n}` })
    if (n % 100 === 0) await quick.drain()
  }
  await quick.drain()
  expect(quick.dataOf('said')).toHaveLength(1000)
  expect(quick.dataOf('reset')).toEqual([])
  await slow.until('the last', () => slow.dataOf('said').at(-1)?.includes('999') ?? false)
})

describe('a source', () => {
  function fed() {
    const { rendered, Greeting } = greeting()
    const items = Promise.withResolvers<void>()
    let runs = 0
    let stops = 0
    const declared = stream({
      events: { said: append(Greeting) },
      vary: byLanguage,
      async *source(_, { signal }) {
        runs++
        try {
          yield { event: 'said' as const, props: { text: 'first' } }
          await Promise.race([
            items.promise,
            new Promise((resolve) => signal.addEventListener('abort', resolve)),
          ])
          if (!signal.aborted) yield { event: 'said' as const, props: { text: 'last' } }
        } finally {
          stops++
        }
      },
    })
    const { connect, cursor } = serve(declared)
    return { rendered, connect, cursor, finish: items.resolve, counts: () => [runs, stops] }
  }

  test('runs once, whatever the variants, until all have left', async () => {
    const { connect, counts } = fed()
    const de = await (await connect(language('de'))).drain()
    const fr = await (await connect(language('fr'))).drain()
    expect(counts()).toEqual([1, 0])
    await de.leave()
    await Bun.sleep(1)
    expect(counts()).toEqual([1, 0])
    const again = await connect(language('de'))
    expect(counts()).toEqual([1, 0])
    await fr.leave()
    await again.leave()
    await Bun.sleep(1)
    expect(counts()).toEqual([1, 1])
  })

  test('ends the topic for all of them, and for one that comes later', async () => {
    const { connect, cursor, finish, counts } = fed()
    const start = await cursor()
    const de = await (await connect(language('de'))).drain()
    const stalled = await connect(language('fr'))
    finish()
    await de.until('its end', ({ ended }) => ended)
    const late = await connect({ ...language('it'), after: start })
    for (const [client, tag] of [
      [late, 'it'],
      [stalled, 'fr'],
    ] as const) {
      await client.until('its end', ({ ended }) => ended)
      expect(client.events.map(({ event, data }) => `${event} ${data}`).slice(-2)).toEqual([
        `said <p lang="${tag}">last</p>`,
        'end ',
      ])
    }
    expect(counts()).toEqual([1, 1])
  })
})

describe('vary that answers', () => {
  test.each<[unknown, string]>([
    ['x'.repeat(65), '65 characters'],
    [7, 'number'],
    [{}, 'object'],
    [Promise.resolve('de'), 'object'],
  ])('%p cannot tell renderings apart', async (answer, got) => {
    const { Greeting } = greeting()
    const declared = stream({ events: { said: append(Greeting) }, vary: () => answer as string })
    const { request } = serve(declared)
    expect(await rejection(request()))
      .toBe(`TypeError: vary of streams/news.tsx answered what cannot tell renderings apart.

Expected: a string of at most 64 characters, like a locale or a role
Got: ${got}`)
    const { connect } = serveMany({
      varied: declared,
      other: stream({ events: { said: append(Greeting) } }),
    })
    const client = await (await connect(['varied', 'other'])).drain()
    expect(dataOf(client, 'varied', 'denied')).toEqual(['500'])
  })

  test('nothing is as without it', async () => {
    const { Greeting } = greeting()
    const nothing = (() => undefined) as unknown as () => string
    const { stream: Said, connect } = serve(
      stream({ events: { said: append(Greeting) }, vary: nothing }),
    )
    const client = await connect()
    await Said.publish('said', { text: 'a' })
    expect((await client.drain()).dataOf('said')).toEqual(['<p lang="">a</p>'])
  })
})

test('more than 64 variants of a topic at a time have to come back', async () => {
  const broker = createCountingBroker()
  const { Greeting } = greeting()
  const { connect } = serve(stream({ events: { said: append(Greeting) }, vary: byLanguage }), {
    broker,
  })
  const clients = []
  for (let n = 0; n < 64; n++) clients.push(await connect(language(`x-${n}`)))
  const refused = await connect(language('x-64'))
  await refused.until('its end', ({ ended }) => ended)
  expect(refused.text).toMatch(/^retry: \d+\n\n$/)
  expect(errors()[0]).toContain(`news varies too much.

Expected: at most 64 different answers of vary at a time
Got: one more, "x-64"`)
  const known = await connect(language('x-63'))
  expect((await known.drain()).ended).toBe(false)
  await clients[0]?.leave()
  const next = await connect(language('x-64'))
  expect((await next.drain()).ended).toBe(false)
  for (const client of [...clients, known, next]) await client.leave()
  expect(broker.subscriptions.get('news')).toBe(0)
})

test('memory does not grow with all the answers that vary has ever given', async () => {
  const Large = def({ text: z.string() }, ({ text }) => <p lang={variant()}>{text}</p>)
  const {
    stream: Said,
    connect,
    cursor,
  } = serve(stream({ events: { said: append(Large) }, vary: byLanguage }))
  const after = await cursor()
  const text = 'x'.repeat(10_000)
  for (let n = 0; n < 50; n++) await Said.publish('said', { text })
  const visit = async (tag: string): Promise<void> => {
    const client = await (await connect({ ...language(tag), after })).drain()
    await client.until('all', () => client.dataOf('said').length === 50)
    await client.leave()
  }
  const used = async (): Promise<number> => {
    for (let turn = 0; turn < 3; turn++) {
      Bun.gc(true)
      await Bun.sleep(1)
    }
    const { heapSize, extraMemorySize } = heapStats()
    return heapSize + extraMemorySize
  }
  for (let n = 0; n < 10; n++) await visit(`a-${n}`)
  const before = await used()
  for (let n = 0; n < 60; n++) await visit(`b-${n}`)
  // Each has half a megabyte of renderings: were all kept, it would be 30 MB more.
  expect((await used()) - before).toBeLessThan(8_000_000)
}, 20_000)
