import { afterAll, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import { collectDefaultMetrics, Counter, Registry } from 'prom-client'
import { rivulet } from 'rivulet'
import { parseMetrics, readMetrics } from './metrics-text.ts'
import { eventually, FILES, serveApp } from './serve-app.ts'

const log = spyOn(console, 'error').mockImplementation(() => {})
beforeEach(() => void log.mockClear())
afterAll(() => log.mockRestore())

const TOKEN = 'a-token-that-is-long-enough'
const environment = process.env['NODE_ENV']
afterAll(() => {
  process.env['NODE_ENV'] = environment
})

describe('GET /metrics', () => {
  const status = async (options: Parameters<typeof serveApp>[0], headers = {}) => {
    const { origin } = await serveApp(options)
    return (await fetch(`${origin}/metrics`, { headers })).status
  }

  test.each([
    ['development', undefined, 200],
    ['production', undefined, 404],
    ['production', true, 200],
    ['development', false, 404],
  ])('with NODE_ENV=%s and metrics: %p is %d', async (env, metrics, expected) => {
    process.env['NODE_ENV'] = env
    expect(await status(metrics === undefined ? {} : { metrics })).toBe(expected)
  })

  test.each([
    [{}, 401],
    [{ authorization: `Bearer ${TOKEN}x` }, 401],
    [{ authorization: `Bearer ${TOKEN.slice(1)}` }, 401],
    [{ authorization: TOKEN }, 401],
    [{ authorization: `Basic ${TOKEN}` }, 401],
    [{ authorization: `Bearer ${TOKEN}` }, 200],
  ])('with a token, to %p is %d', async (headers, expected) => {
    expect(await status({ metrics: { token: TOKEN }, development: false }, headers)).toBe(expected)
  })

  test('without the token tells how to send it, and nothing else', async () => {
    const { origin } = await serveApp({ metrics: { token: TOKEN } })
    const response = await fetch(`${origin}/metrics`)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.text()).toBe('Expected: Authorization: Bearer <token>')
  })

  test('is of the format that its type says', async () => {
    const { origin } = await serveApp()
    const response = await fetch(`${origin}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const { types, help } = parseMetrics(await response.text())
    expect([...types.keys()].toSorted()).toEqual([...help.keys()].toSorted())
    for (const [name, type] of types) {
      expect(name).toMatch(/^(rivulet|process)_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(type === 'counter')
    }
  })
})

describe('metrics of one’s own', () => {
  test('come after Rivulet’s, and take the place of those with the same name', async () => {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(3)
    const { origin } = await serveApp({ metrics: { token: TOKEN, registry } })
    const headers = { authorization: `Bearer ${TOKEN}` }
    const text = await (await fetch(`${origin}/metrics`, { headers })).text()
    const metrics = parseMetrics(text)
    expect(metrics.value('orders_total')).toBe(3)
    expect(metrics.value('rivulet_open_connections')).toBe(0)
    expect(metrics.types.get('process_cpu_seconds_total')).toBe('counter')
    expect(metrics.types.get('nodejs_version_info')).toBe('gauge')
  })

  test('may be none yet', async () => {
    const { origin } = await serveApp({ metrics: { registry: new Registry() } })
    expect((await readMetrics(origin)).value('rivulet_open_connections')).toBe(0)
  })
})

describe('metrics that cannot be meant', () => {
  const openMetrics = new Registry()
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)

  test.each([
    [{ token: 'short' }, 'metrics.token of rivulet() is too short.'],
    [{ token: undefined }, 'metrics.token of rivulet() is undefined, and anybody could'],
    [{ registry: openMetrics }, 'metrics.registry of rivulet() is of another format.'],
  ])('%p throw', (metrics, message) => {
    expect(() => rivulet({ root: '/nowhere', metrics })).toThrow(message)
  })
})

const SCENARIO = {
  ...FILES,
  'streams/state.tsx': `import { append, def, latest, stream } from 'rivulet'
import { z } from 'zod'
const Text = def({ text: z.string() }, ({ text }) => {
  if (text === 'cannot be shown') throw new Error(text)
  return <p>{text}</p>
})
export default stream({ events: { now: latest(Text), said: append(Text) }, history: { events: 20 } })`,
  'streams/fed.tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
let runs = 0
export default stream({
  events: { said: append(def({ text: z.string() }, ({ text }) => <p>{text}</p>)) },
  async *source() {
    if (runs++ === 0) throw new Error('not yet')
    yield { event: 'said', props: { text: 'fed' } }
    yield { event: 'said', props: { wrong: true } }
    await new Promise(() => {})
  },
})`,
}

interface State {
  publish(event: string, props: object): Promise<string>
}

test('every metric moves as it says', async () => {
  const { origin, load, stall } = await serveApp({ limits: { perStream: 3 } }, SCENARIO)
  const state = await load<State>('streams/state.tsx')
  const read = async (metric: string, stream = 'state', more = ''): Promise<number> =>
    (await readMetrics(origin)).value(`${metric}{stream="${stream}"${more}}`) ?? NaN
  const open = async (path: string) => {
    const reader = (await fetch(origin + path)).body?.getReader()
    const text = { value: '' }
    void (async () => {
      for (;;) {
        const { value, done } = (await reader?.read().catch(() => undefined)) ?? { done: true }
        if (done) return
        text.value += new TextDecoder().decode(value)
      }
    })()
    return { text, leave: () => reader?.cancel().catch(() => undefined) }
  }

  // Published, and rejected.
  const first = await state.publish('said', { text: 'a' })
  await state.publish('said', { text: 'b' })
  const refused = [state.publish('said', { text: 1 }), state.publish('nothing', {})]
  for (const one of await Promise.allSettled(refused)) expect(one.status).toBe('rejected')
  expect(await read('rivulet_events_published_total')).toBe(2)
  expect(await read('rivulet_events_rejected_total')).toBe(2)

  // Replayed, then live, to two connections of which one has another topic.
  const one = await open(`/sse/state?after=${first}`)
  const two = await open(`/sse?on=state&on=news`)
  await eventually('the replay', async () => (await read('rivulet_events_delivered_total')) === 1)
  expect(await read('rivulet_events_replayed_total')).toBe(1)
  expect(await read('rivulet_connections')).toBe(2)
  expect(await read('rivulet_connections', 'news')).toBe(1)
  await state.publish('said', { text: 'c' })
  await eventually('the event', async () => (await read('rivulet_events_delivered_total')) === 3)
  expect(await read('rivulet_events_replayed_total')).toBe(1)
  expect(await read('rivulet_delivery_latency_seconds_count')).toBe(2)
  expect(await read('rivulet_delivery_latency_seconds_bucket', 'state', ',le="+Inf"')).toBe(2)
  const sum = await read('rivulet_delivery_latency_seconds_sum')
  expect(sum).toBeGreaterThan(0)
  expect(sum).toBeLessThan(2)
  const block = (text: string): number =>
    `event: said\nid: ${first}\ndata: <p>${text}</p>\n\n`.length
  expect(await read('rivulet_sent_bytes_total')).toBe(3 * block('c'))

  // Cannot be rendered; a gap.
  await state.publish('said', { text: 'cannot be shown' })
  await eventually('the error', async () => (await read('rivulet_render_errors_total')) === 1)
  const three = await open('/sse/state?after=unknown.1')
  await eventually('the gap', () => three.text.value.includes('event: reset'))
  expect(await read('rivulet_resets_total')).toBe(1)

  // Over a limit.
  expect(await (await fetch(`${origin}/sse/state`)).text()).toMatch(/^retry: \d{5}\n\n$/)
  expect(await read('rivulet_connections_shed_total', 'state', ',limit="perStream"')).toBe(1)

  // Superseded, while one takes nothing.
  await three.leave()
  await eventually('a place', async () => (await read('rivulet_connections')) === 2)
  const stalled = await stall('/sse/state')
  const large = 'x'.repeat(64 * 1024)
  for (let n = 0; n < 150; n++) {
    await state.publish('now', { text: large + n })
    await Bun.sleep(0)
  }
  expect(await read('rivulet_oldest_unsent_seconds')).toBeGreaterThan(0)
  expect(await read('rivulet_oldest_unsent_seconds', 'news')).toBe(0)
  stalled.resume()
  await eventually('it has all', async () => (await read('rivulet_oldest_unsent_seconds')) === 0)
  expect(await read('rivulet_events_conflated_total')).toBeGreaterThan(0)

  // A source that fails, and yields what is refused.
  const fed = await open('/sse/fed')
  await eventually('the source', () => fed.text.value.includes('<p>fed</p>'))
  expect(await read('rivulet_source_failures_total', 'fed')).toBe(1)
  await eventually(
    'the refusal',
    async () => (await read('rivulet_events_rejected_total', 'fed')) === 1,
  )
  expect(await read('rivulet_events_published_total', 'fed')).toBe(1)

  // What was live is in the histogram, what was replayed is not.
  const metrics = await readMetrics(origin)
  for (const stream of ['state', 'news', 'fed', 'rooms/[room]']) {
    const of = (name: string): number => metrics.value(`${name}{stream="${stream}"}`) ?? NaN
    expect(of('rivulet_delivery_latency_seconds_count')).toBe(
      of('rivulet_events_delivered_total') - of('rivulet_events_replayed_total'),
    )
    const buckets = metrics.samples.filter(
      ({ name, labels }) =>
        name === 'rivulet_delivery_latency_seconds_bucket' && labels['stream'] === stream,
    )
    const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('+Inf', 'Infinity')))
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b))
    expect(bounds.at(-1)).toBe(Infinity)
    const counts = buckets.map(({ value }) => value)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts.at(-1)).toBe(of('rivulet_delivery_latency_seconds_count'))
  }
  expect(metrics.value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(metrics.value('process_cpu_seconds_total')).toBeGreaterThan(0)

  // All have left.
  expect(metrics.value('rivulet_open_connections')).toBe(4)
  stalled.destroy()
  for (const client of [one, two, fed]) await client.leave()
  await eventually('nobody is there', async () => {
    const now = await readMetrics(origin)
    const listening = now.samples.filter(({ name }) => name === 'rivulet_connections')
    return now.value('rivulet_open_connections') === 0 && listening.every((one) => one.value === 0)
  })
}, 20_000)
