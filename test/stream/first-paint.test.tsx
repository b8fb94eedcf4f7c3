import { describe, expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { withRenderContext } from '../../src/component/render-context.ts'
import { def } from '../../src/component/def.ts'
import { append, ephemeral, json, latest, prepend, replace } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { createLaggingBroker } from '../broker/lagging.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'
import { rejection } from '../broker/rejection.ts'

/** Epoch and sequence are chance: `e.1` stands for them. */
async function markup(painted: unknown): Promise<string> {
  return String(await (painted as Promise<unknown>)).replaceAll(/\bm[a-z0-9]{8,}\.(?=\d)/g, 'e.')
}

/** What makes the root live, for a topic and a cursor. */
function live(topic: string, cursor: string): string {
  return `hx-ext="sse" sse-connect="/sse/${topic}?after=${cursor}" sse-close="end" hx-get="/sse/${topic}" hx-trigger="sse:reset" hx-target="this" hx-swap="outerHTML" hx-disinherit="*"`
}

function target(event: string, swap: string, content = '', tag = 'div'): string {
  return `<${tag} sse-swap="${event}" hx-swap="${swap}" hx-target="this">${content}</${tag}>`
}

test('without a view, a topic is a div with a target for every event that is HTML', async () => {
  const { stream: News } = serve(
    stream({
      events: {
        line: append(Line),
        post: prepend(Line),
        note: replace(Line),
        state: latest(Line),
        typing: ephemeral(Line),
        data: json(z.number()),
      },
    }),
  )
  for (const text of ['1', '2']) {
    for (const event of ['line', 'post', 'note', 'state', 'typing'] as const)
      await News.publish(event, { text })
    await News.publish('data', 7)
  }
  expect(await markup(<News />)).toBe(
    `<div ${live('news', 'e.10')}>${target('line', 'beforeend', '<p>1</p><p>2</p>')}${target('post', 'afterbegin', '<p>2</p><p>1</p>')}${target('note', 'innerHTML', '<p>2</p>')}${target('state', 'innerHTML', '<p>2</p>')}${target('typing', 'innerHTML')}</div>`,
  )
})

describe('a view', () => {
  test('is the root; targets are where it puts them, as what it says', async () => {
    const { stream: Room } = serve(
      stream({
        params: { room: z.string() },
        events: { line: append(Line), state: latest(Line) },
        view: ({ room }, Target) => (
          <section class="chat" aria-label={room}>
            <Target event="state" />
            <Target event="line" as="ol" class="lines" id="all" />
          </section>
        ),
      }),
      { pattern: 'rooms/[room]' },
    )
    await Room.at({ room: 'a"b' }).publish('line', { text: '<x>' })
    expect(await markup(<Room room={'a"b'} />)).toBe(
      `<section ${live('rooms/a%22b', 'e.1')} class="chat" aria-label="a&quot;b">${target('state', 'innerHTML')}<ol class="lines" id="all" sse-swap="line" hx-swap="beforeend" hx-target="this"><p>&lt;x&gt;</p></ol></section>`,
    )
  })

  test('how an event is swapped in is the view’s to say', async () => {
    const { stream: Room } = serve(
      stream({
        events: { state: latest(Line) },
        view: (_, Target) => <Target event="state" hx-swap="innerMorph" hx-target="#there" />,
      }),
    )
    expect(String(await (<Room />))).toContain(
      ' hx-swap="innerMorph" hx-target="#there" sse-swap="state">',
    )
  })

  test('of several elements gets a div around them', async () => {
    const { stream: News } = serve(
      stream({
        events: { line: append(Line) },
        view: (_, Target) => (
          <>
            <h2>News</h2>
            <Target event="line" as="ol" />
          </>
        ),
      }),
    )
    expect(await markup(<News />)).toBe(
      `<div ${live('news', 'e.0')}><h2>News</h2>${target('line', 'beforeend', '', 'ol')}</div>`,
    )
  })

  test.each([
    ['lime', ''],
    ['data', ', which is JSON'],
    ['constructor', ''],
  ])('with a target for %s is refused', async (event, why) => {
    const { stream: News } = serve(
      stream({
        events: { line: append(Line), data: json(z.number()) },
        view: (_, Target) => <Target event={event as 'line'} />,
      }),
    )
    expect(await rejection(markup(<News />))).toContain(
      `A view of streams/news.tsx has a target without an event to put there.\n\nExpected: event="line"\nGot: event="${event}"${why}`,
    )
  })
})

describe('load', () => {
  test('is painted instead of the log: one, a list from old to new, or nothing', async () => {
    const { stream: News } = serve(
      stream({
        events: {
          line: append(Line),
          post: prepend(Line),
          state: latest(Line),
          data: json(z.any()),
        },
        load: async () => ({
          line: [{ text: '1' }, { text: '2' }],
          post: [{ text: '1' }, { text: '2' }],
          state: undefined,
          data: [1, 2],
        }),
      }),
    )
    await News.publish('state', { text: 'from the log' })
    expect(await markup(<News />)).toBe(
      `<div ${live('news', 'e.1')}>${target('line', 'beforeend', '<p>1</p><p>2</p>')}${target('post', 'afterbegin', '<p>2</p><p>1</p>')}${target('state', 'innerHTML')}</div>`,
    )
  })

  test('of a component that streams itself is its props', async () => {
    const { stream: Task } = serve(
      stream(Line, { params: { id: z.string() }, load: ({ id }) => ({ text: id }) }),
      { pattern: 'tasks/[id]' },
    )
    expect(await markup(<Task id="7" />)).toBe(
      `<div ${live('tasks/7', 'e.0')}>${target('message', 'innerHTML', '<p>7</p>')}</div>`,
    )
  })

  test('with an event that the stream does not have is refused', async () => {
    const { stream: News } = serve(
      stream({ events: { line: append(Line) }, load: () => ({ lime: { text: '' } }) as never }),
    )
    expect(await rejection(markup(<News />))).toContain(
      'load of streams/news.tsx answered an event that the stream does not have.\n\nExpected: line\nGot: lime',
    )
  })
})

test('the cursor is taken before anything is loaded', async () => {
  const { stream: News, connect } = serve(
    stream({
      events: { line: append(Line) },
      load: async () => {
        await News.publish('line', { text: 'meanwhile' })
        return { line: [] }
      },
    }),
  )
  const painted = String(await (<News />))
  const after = /\?after=([^"]+)/.exec(painted)?.[1]
  expect((await (await connect({ after })).drain()).dataOf('line')).toEqual(['<p>meanwhile</p>'])
})

test('between a first paint and its connection no event is lost or doubled, however fast they come', async () => {
  for (let round = 0; round < 60; round++) {
    const lag = () => Math.floor(Math.random() * 3)
    const broker = round % 2 === 0 ? createLaggingBroker(lag) : undefined
    const served = serve(stream({ events: { line: append(Line) } }), broker && { broker })
    const { stream: News, connect } = served
    let publishing = true
    let published = 0
    const publisher = (async () => {
      for (; publishing || published < 5; published++) {
        await News.publish('line', { text: `${published}` })
        for (let turn = lag(); turn > 0; turn--) await setImmediate()
      }
    })()
    // Sometimes somebody is there already, sometimes the topic is opened by the one who comes.
    if (round % 3 === 0) await connect()
    for (let turn = round % 7; turn > 0; turn--) await setImmediate()
    const painted = String(await (<News />))
    for (let turn = round % 5; turn > 0; turn--) await setImmediate()
    const client = await connect({ after: /\?after=([^"]+)/.exec(painted)?.[1] })
    for (let turn = round % 4; turn > 0; turn--) await setImmediate()
    publishing = false
    await publisher
    const first = painted.match(/<p>\d+<\/p>/g) ?? []
    await client.until('all', () => first.length + client.dataOf('line').length >= published)
    await client.drain()
    const all = Array.from({ length: published }, (_, n) => `<p>${n}</p>`)
    expect([...first, ...client.dataOf('line')]).toEqual(all)
  }
})

describe('in a page', () => {
  const assets = { styles: [], scripts: [], url: (name: string) => `/assets/${name}` }

  function guarded(allowed: boolean | Response) {
    return serve(
      stream({
        events: { line: append(Line) },
        authorize: ({ request }) => request.headers.get('cookie') === 'user=ada' && allowed,
      }),
    ).stream
  }

  async function visit(News: ReturnType<typeof guarded>, cookie: string): Promise<string> {
    const url = new URL('http://localhost/')
    const request = new Request(url, { headers: { cookie } })
    return withRenderContext({ request, url, assets }, () => markup(<News />))
  }

  test('nothing at all is painted for a visitor who may not listen', async () => {
    expect(await visit(guarded(true), 'user=bob')).toBe('')
    expect(await visit(guarded(new Response(null, { status: 402 })), 'user=ada')).toBe('')
    expect(await visit(guarded(true), 'user=ada')).toContain('sse-connect')
  })

  test('a stream with authorize cannot be painted without a request', async () => {
    const News = guarded(true)
    expect(await rejection(markup(<News />))).toContain(
      'streams/news.tsx has an authorize or a vary, so it can only be painted for a request: in a page.',
    )
  })
})

test('the props of a stream are its params', async () => {
  const { stream: Room } = serve(
    stream({ params: { room: z.string().max(3) }, events: { line: append(Line) } }),
    { pattern: 'rooms/[room]' },
  )
  expect(await rejection(markup(<Room room="lobby" />))).toContain(
    'streams/rooms/[room].tsx does not accept these params.\n\nroom: Too big',
  )
  // @ts-expect-error the param is missing
  expect(await rejection(markup(<Room />))).toContain('room: Invalid input')
})

test('a component that is async is waited for', async () => {
  const Slow = def({ text: z.string() }, async ({ text }) => {
    await setImmediate()
    return <p>{text}</p>
  })
  const { stream: News } = serve(stream({ events: { line: append(Slow) } }))
  await News.publish('line', { text: '1' })
  await News.publish('line', { text: '2' })
  expect(await markup(<News />)).toContain('<p>1</p><p>2</p>')
})

test('a page without JavaScript can be told to load itself anew', async () => {
  const { stream: News } = serve(stream({ events: { line: append(Line) } }))
  const painted = await markup(<News />)
  expect(await markup(<News fallback="refresh:10s" />)).toBe(
    `${painted}<noscript><meta http-equiv="refresh" content="10"/></noscript>`,
  )
  // @ts-expect-error no fallback
  expect(await rejection(markup(<News fallback="reload" />))).toContain(
    'Expected: fallback="refresh:10s", 1 to 86400 seconds\nGot: "reload"',
  )
  for (const seconds of [0, 86_401, 100_000])
    expect(await rejection(markup(<News fallback={`refresh:${seconds}s`} />))).toContain('fallback')
})
