import { describe, expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { DEFAULT_RETENTION } from '../../src/broker/broker.ts'
import { def } from '../../src/component/def.ts'
import { asset, renderContext, withRenderContext } from '../../src/component/render-context.ts'
import { append, json } from '../../src/stream/delivery.ts'
import { LARGEST_MESSAGE } from '../../src/stream/message.ts'
import { stream } from '../../src/stream/stream.ts'
import { collectErrors } from './errors.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'

const errors = collectErrors()

const Bomb = def({ async: z.boolean() }, ({ async }) => {
  if (async) return setImmediate().then(() => Promise.reject(new Error('boom')))
  throw new Error('boom')
})

const history = { bytes: 3 * LARGEST_MESSAGE }

function news() {
  const served = serve(
    stream({
      events: { line: append(Line), bomb: append(Bomb), data: json(z.number()) },
      history,
    }),
  )
  const put = (text: string) =>
    served.broker.publish('news', text, { retention: { ...DEFAULT_RETENTION, ...history } })
  return { ...served, put }
}

describe('an entry that a foreign hand put into the log', () => {
  test('is like any other when it is the JSON that is documented', async () => {
    const { put, connect } = news()
    const client = await connect()
    await put('{"props": {"text": "from Go"}, "event": "line", "trace": 7}')
    expect((await client.drain()).dataOf('line')).toEqual(['<p>from Go</p>'])
  })

  const poison: [string, string, string][] = [
    ['no JSON', '{"event":', 'JSON Parse error'],
    ['no message', '[1]', 'expected object'],
    ['null', 'null', 'expected object'],
    [
      'of an unknown event',
      '{"event":"lime","props":{}}',
      'has no event "lime"; did you mean "line"?',
    ],
    [
      'of an event that every object has',
      '{"event":"constructor","props":{}}',
      'has no event "constructor"',
    ],
    [
      'without props',
      '{"event":"line"}',
      'props: Invalid input: expected nonoptional, received undefined',
    ],
    [
      'with wrong props',
      '{"event":"line","props":{"text":1}}',
      'text: Invalid input: expected string',
    ],
    [
      'with an attribute',
      '{"event":"line","props":{"text":"a","hx-get":"/"}}',
      'Unrecognized key: "hx-get"',
    ],
    [
      'with children',
      '{"event":"line","props":{"text":"a","children":"b"}}',
      'Unrecognized key: "children"',
    ],
    [
      'with JSON of another kind',
      '{"event":"data","props":"7"}',
      'expected number, received string',
    ],
    ['whose component throws', '{"event":"bomb","props":{"async":false}}', 'boom'],
    ['whose component rejects', '{"event":"bomb","props":{"async":true}}', 'boom'],
    [
      'that is too large',
      `{"event":"line","props":{"text":"${'x'.repeat(LARGEST_MESSAGE)}"}}`,
      'too large',
    ],
  ]

  test.each(poison)(
    '%s: is logged and skipped; the topic goes on, and the cursor moves',
    async (_, text, why) => {
      const { stream, put, connect, cursor } = news()
      const start = await cursor()
      const client = await connect()
      await stream.publish('line', { text: '1' })
      const poisoned = await put(text)
      await client.until('the cursor', () => client.lastEventId === poisoned)
      expect(client.dataOf('line')).toEqual(['<p>1</p>'])
      await stream.publish('line', { text: '2' })
      await client.until('the next', () => client.dataOf('line').length === 2)
      expect(client.text).toContain(`\n\nid: ${poisoned}\n\nevent: line\n`)

      // What has been seen to be bad is not tried and told again for everybody.
      const back = await connect({ after: start })
      await back.until('both', () => back.dataOf('line').length === 2)
      const painted = await (
        await connect({ headers: { accept: 'text/html' } })
      ).until('it', ({ ended }) => ended)
      expect(painted.text).toContain('<p>1</p><p>2</p>')
      expect(errors()).toHaveLength(1)
      expect(errors()[0]).toStartWith(
        `streams/news.tsx: an event of news at ${poisoned} cannot be shown and is skipped: ${text.slice(0, 200)}\n`,
      )
      expect(errors()[0]).toContain(why)
    },
  )

  test('and is ephemeral and bad leaves no trace on the wire', async () => {
    const { broker, connect } = news()
    const client = await (await connect()).drain()
    const { text } = client
    await broker.publish('news', 'bad', { retention: DEFAULT_RETENTION, ephemeral: true })
    expect((await client.drain()).text).toBe(text)
    expect(errors()).toHaveLength(1)
  })
})

test('events whose components take different times come in the order in which they were published', async () => {
  const waits = Array.from({ length: 30 }, (_, n) => (n * 7) % 5)
  const Slow = def({ n: z.number(), wait: z.number() }, ({ n, wait }) => {
    if (wait === 0) return <p>{n}</p>
    return (async () => {
      for (let turn = wait; turn > 0; turn--) await setImmediate()
      return <p>{n}</p>
    })()
  })
  const { stream: slow, connect } = serve(stream({ events: { line: append(Slow) } }))
  const client = await connect()
  await Promise.all(waits.map((wait, n) => slow.publish('line', { n, wait })))
  await client.until('all', () => client.dataOf('line').length === waits.length)
  expect(client.dataOf('line')).toEqual(waits.map((_, n) => `<p>${n}</p>`))
})

test('an event is rendered once, however many read it', async () => {
  let renderings = 0
  const Counted = def({}, () => <p>{++renderings}</p>)
  const { stream: counted, connect, cursor } = serve(stream({ events: { line: append(Counted) } }))
  const after = await cursor()
  const clients = await Promise.all([connect(), connect(), connect()])
  await counted.publish('line', {})
  clients.push(await connect({ after }), await connect({ headers: { accept: 'text/html' } }))
  for (const client of clients) expect((await client.drain()).text).toContain('<p>1</p>')
})

describe('what an event shows', () => {
  const url = new URL('http://localhost/private?token=secret')
  const visitor = {
    request: new Request(url),
    url,
    assets: { styles: [], scripts: [], url: (name: string) => `/assets/${name}` },
    forms: { actions: { POST: 'secret' } },
  }

  test('is not of the visitor who published it, or who painted it first', async () => {
    const Nosy = def({}, () => (
      <p>{Object.keys(renderContext()?.forms?.actions ?? {}).join() || 'nobody'}</p>
    ))
    for (const first of ['published', 'painted']) {
      const { stream: News, connect, cursor } = serve(stream({ events: { line: append(Nosy) } }))
      const after = await cursor()
      const client = await connect()
      if (first === 'painted') await client.leave()
      await withRenderContext(visitor, () => News.publish('line', {}))
      expect(await withRenderContext(visitor, async () => String(await (<News />)))).toContain(
        'nobody',
      )
      const later = await connect({ after })
      expect((await later.drain()).dataOf('line')).toEqual(['<p>nobody</p>'])
    }
  })

  test('cannot depend on a request: that is said, and nothing shown', async () => {
    const Private = serve(stream({ events: { line: append(Line) }, authorize: () => true }), {
      pattern: 'private',
    }).stream
    const Outer = def({}, () => <Private />)
    const { stream: outer, connect } = serve(stream({ events: { line: append(Outer) } }))
    const client = await withRenderContext(visitor, () => connect())
    const cursor = await withRenderContext(visitor, () => outer.publish('line', {}))
    await client.until('the cursor', () => client.lastEventId === cursor)
    expect(client.events).toEqual([])
    expect(errors()[0]).toContain('An event is rendered once for everybody')
  })

  test('may have assets, whoever publishes it', async () => {
    const Icon = def({}, () => <img src={asset('icon.svg')} />)
    const { stream: icons, connect } = serve(stream({ events: { icon: append(Icon) } }))
    const client = await withRenderContext(visitor, () => connect())
    await icons.publish('icon', {})
    expect((await client.drain()).dataOf('icon')).toEqual(['<img src="/assets/icon.svg">'])
  })
})
