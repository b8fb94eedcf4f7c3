import { describe, expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import type { Broker } from '../../src/broker/broker.ts'
import { placeOf } from '../../src/stream/definition.ts'
import { append } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { createCountingBroker } from '../broker/counting.ts'
import { collectErrors } from './errors.ts'
import { Line } from './line.tsx'
import { byTopic, dataOf, serveMany } from './serve-many.ts'
import { serve } from './serve.ts'

const errors = collectErrors()
const news = () => stream({ events: { line: append(Line) } })

/** A broker that lets nobody subscribe to a topic until it is told to. */
function holding(topic: string) {
  const broker = createCountingBroker()
  const held = Promise.withResolvers<void>()
  const subscribe: Broker['subscribe'] = async (to, ...rest) => {
    if (to === topic) await held.promise
    return broker.subscribe(to, ...rest)
  }
  return { broker: { ...broker, subscribe }, letGo: held.resolve, counts: broker.subscriptions }
}

describe('while one topic of a connection takes its time to open, another one', () => {
  test('may end: that is said, after all that came before', async () => {
    const { broker, letGo } = holding('slow')
    const task = stream({
      events: { line: append(Line) },
      async *source() {
        yield { event: 'line' as const, props: { text: 'only' } }
      },
    })
    const slow = news()
    const { connect } = serveMany({ task, slow }, { broker })
    const connecting = connect(['task', 'slow'])
    await Bun.sleep(5)
    letGo()
    const client = await connecting
    await slow.publish('line', { text: 'a' })
    await client.until('all', () => dataOf(client, 'slow', 'line').length > 0)
    expect(byTopic(client)['task']?.map(({ event, data }) => `${event} ${data}`)).toEqual([
      'line <p>only</p>',
      'end ',
    ])
    expect(client.ended).toBe(false)
  })

  test('may expire: nothing of it is sent', async () => {
    const { broker, letGo } = holding('slow')
    const paid = stream({
      events: { line: append(Line) },
      authorize: () => ({ until: Date.now() + 10 }),
    })
    const { connect } = serveMany({ paid, slow: news() }, { broker })
    const connecting = connect(['paid', 'slow'])
    await Bun.sleep(3)
    await paid.publish('line', { text: 'secret' })
    await Bun.sleep(20)
    letGo()
    const client = await (await connecting).drain()
    expect(byTopic(client)).toEqual({
      paid: [{ event: 'expired', id: undefined, data: '' }],
      slow: [],
    })
    expect(placeOf(paid.definition).stats.connections).toBe(0)
  })

  test('may go far ahead: its gap is told', async () => {
    const { broker, letGo } = holding('slow')
    const busy = stream({ events: { line: append(Line) }, history: { events: 5 } })
    const { connect } = serveMany({ busy, slow: news() }, { broker })
    const connecting = connect(['busy', 'slow'])
    await setImmediate()
    for (let n = 0; n < 1500; n++) await busy.publish('line', { text: `${n}` })
    letGo()
    const client = await (await connecting).drain()
    expect(dataOf(client, 'busy', 'reset')).toHaveLength(1)
    await busy.publish('line', { text: 'next' })
    expect(dataOf(await client.drain(), 'busy', 'line')).toEqual(['<p>next</p>'])
  })

  test.each(['the client leaves', 'the hub closes'])('is left when %s', async (how) => {
    const { broker, letGo, counts } = holding('slow')
    const streams = { quick: news(), slow: news() }
    const { request, hub } = serveMany(streams, { broker })
    const abort = new AbortController()
    const asking = request(['quick', 'slow'], { signal: abort.signal })
    await setImmediate()
    if (how === 'the hub closes') hub.close()
    else abort.abort()
    letGo()
    await (await asking).text()
    expect([counts.get('quick'), counts.get('slow'), hub.connections]).toEqual([0, 0, 0])
    for (const { definition } of Object.values(streams))
      expect(placeOf(definition).stats.connections).toBe(0)
  })
})

describe('a source that is stopped and started again at once', () => {
  /** A broker that has an event some turns before it says so, as one on a network does. */
  function distant(): Broker {
    const broker = createCountingBroker()
    return {
      ...broker,
      async publish(...event) {
        await Bun.sleep(10)
        return broker.publish(...event)
      },
    }
  }

  test('is started when what was under way has reached the log, and yields nothing twice', async () => {
    let running = 0
    let most = 0
    const counter = stream({
      events: { line: append(Line) },
      async *source(_, { after, signal }) {
        most = Math.max(most, ++running)
        try {
          for (let n = Number(after ?? 0) + 1; !signal.aborted; n++) {
            yield { event: 'line' as const, props: { text: `${n}` }, id: `${n}` }
          }
        } finally {
          running--
        }
      },
    })
    const { connect, broker } = serve(counter, { broker: distant() })
    for (let turn = 0; turn < 6; turn++) {
      const client = await connect()
      await Bun.sleep(turn * 4)
      await client.leave()
    }
    const last = await connect()
    await last.until('an event', () => last.dataOf('line').length > 0)
    await last.leave()
    await Bun.sleep(30)
    expect([running, most]).toEqual([0, 1])
    const { entries } = (await broker.read('news')) ?? { entries: [] }
    const ids = entries.map(({ text }) => Number((JSON.parse(text) as { id: string }).id))
    expect(ids.length).toBeGreaterThan(1)
    expect(ids).toEqual(ids.map((_, index) => index + 1))
    expect(errors()).toEqual([])
  })
})

test('a connection that is given up before its first turn writes nothing, and fails nowhere', async () => {
  const { request, stream: News, hub, cursor } = serve(news())
  const after = await cursor()
  for (let n = 0; n < 100; n++) await News.publish('line', { text: 'x'.repeat(2000) })
  const { body } = await request({ after })
  await body?.cancel()
  const closed = await request({ after })
  hub.close()
  await setImmediate()
  await setImmediate()
  expect(await closed.text()).toMatch(/^retry: \d+\nid: \S+\n\n$/)
  expect(placeOf(News.definition).stats).toMatchObject({ connections: 0, delivered: 0 })
})
