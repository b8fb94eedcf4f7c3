import { describe, expect, test } from 'bun:test'
import { heapStats } from 'bun:jsc'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import type { SourceContext, SourceItem } from '../../src/stream/definition.ts'
import { append, ephemeral } from '../../src/stream/delivery.ts'
import { runSource } from '../../src/stream/source.ts'
import { stream } from '../../src/stream/stream.ts'
import { eventually } from '../create/eventually.ts'
import { collectErrors } from './errors.ts'
import { Line } from './line.tsx'
import { serve } from './serve.ts'

const errors = collectErrors()

type Item = { event: 'line' | 'typing'; props: { text: string }; id?: string }

/** Every run of a source, and a way to say what it does next. */
class Runs {
  readonly all: { room: string; context: SourceContext; ended: boolean }[] = []
  readonly #source: (run: number, context: SourceContext) => AsyncIterable<Item>

  constructor(source: (run: number, context: SourceContext) => AsyncIterable<Item>) {
    this.#source = source
  }

  get afters(): (string | undefined)[] {
    return this.all.map(({ context }) => context.after)
  }

  stream(history = { events: 256 }) {
    const begin = (room: string, context: SourceContext) => this.#begin(room, context)
    return stream({
      params: { room: z.string() },
      events: { line: append(Line), typing: ephemeral(Line) },
      history,
      source: ({ room }, context) => begin(room, context),
    })
  }

  async *#begin(room: string, context: SourceContext): AsyncGenerator<Item> {
    const run = { room, context, ended: false }
    this.all.push(run)
    try {
      yield* this.#source(this.all.length - 1, context)
    } finally {
      run.ended = true
    }
  }
}

function aborted({ signal }: SourceContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) resolve()
  else signal.addEventListener('abort', () => resolve(), { once: true })
  return promise
}

// oxlint-disable-next-line require-yield
async function* idle(_: number, context: SourceContext): AsyncGenerator<Item> {
  await aborted(context)
}

const line = (text: string, id?: string): Item => ({
  event: 'line',
  props: { text },
  ...(id !== undefined && { id }),
})

const rooms = { pattern: 'rooms/[room]' }
const lobby = { params: { room: 'lobby' } }

describe('a source runs', () => {
  test('once per topic, however many listen, and from the first to the last', async () => {
    const runs = new Runs(idle)
    const { connect } = serve(runs.stream(), rooms)
    expect(runs.all).toEqual([])
    const clients = await Promise.all([connect(lobby), connect(lobby), connect(lobby)])
    await connect({ params: { room: 'attic' } })
    expect(runs.all.map(({ room }) => room).toSorted()).toEqual(['attic', 'lobby'])
    const run = runs.all.find(({ room }) => room === 'lobby')
    await clients[0]?.leave()
    await clients[1]?.leave()
    expect(run?.context.signal.aborted).toBe(false)
    await clients[2]?.leave()
    expect(run?.context.signal.aborted).toBe(true)
    await eventually('the end', () => run?.ended)
    await connect(lobby)
    expect(runs.all).toHaveLength(3)
  })

  test('until the server closes', async () => {
    const runs = new Runs(idle)
    const { connect, hub } = serve(runs.stream(), rooms)
    await connect(lobby)
    hub.close()
    expect(runs.all[0]?.context.signal.aborted).toBe(true)
  })

  test('and is not heard any more after that, even if it does not listen itself', async () => {
    const next = Promise.withResolvers<void>()
    const runs = new Runs(async function* deaf() {
      yield line('a')
      await next.promise
      yield line('b')
    })
    const { connect, broker } = serve(runs.stream(), rooms)
    const client = await connect(lobby)
    await client.until('the first', () => client.dataOf('line').length === 1)
    await client.leave()
    next.resolve()
    await eventually('its end', () => runs.all[0]?.ended)
    expect((await broker.read('rooms/lobby'))?.entries).toHaveLength(1)
  })
})

describe('a source starts again', () => {
  test('after it has failed, from its last id', async () => {
    const runs = new Runs(async function* flaky(run, context) {
      yield line(`${run}`, `id${run}`)
      if (run < 2) throw new Error('lost the feed')
      await aborted(context)
    })
    const { connect } = serve(runs.stream(), rooms)
    const client = await connect(lobby)
    await client.until('three runs', () => client.dataOf('line').length === 3)
    expect(runs.afters).toEqual([undefined, 'id0', 'id1'])
    expect(client.dataOf('line')).toEqual(['<p>0</p>', '<p>1</p>', '<p>2</p>'])
    expect(errors()).toHaveLength(2)
    expect(errors()[0]).toMatch(
      /^The source of rooms\/lobby failed; it starts again in \d+ ms\.\n Error: lost the feed/,
    )
  })

  test('not while nobody listens', async () => {
    // oxlint-disable-next-line require-yield
    const runs = new Runs(async function* broken() {
      await setImmediate()
      throw new Error('lost the feed')
    })
    const { connect } = serve(runs.stream(), rooms)
    const client = await connect(lobby)
    await eventually('its failure', () => errors().length === 1)
    await client.leave()
    // Longer than the wait that it was told of.
    const wait = Number(/in (\d+) ms/.exec(errors()[0] ?? '')?.[1])
    const until = performance.now() + wait + 50
    await eventually('the wait', () => performance.now() > until)
    expect(runs.all).toHaveLength(1)
  })

  test('for the next who listens, from the last id in the log', async () => {
    const runs = new Runs(async function* counting(run, context) {
      yield line(`${run}`, `id${run}`)
      yield line('without')
      await aborted(context)
    })
    const { connect, cursor, stream } = serve(runs.stream(), rooms)
    for (let visit = 0; visit < 3; visit++) {
      // As after a first paint: nothing is left to replay.
      const client = await connect({ ...lobby, after: await cursor(lobby.params) })
      await client.until('its events', () => client.dataOf('line').length === 2)
      await client.leave()
      await stream.at(lobby.params).publish('line', { text: 'from elsewhere' })
    }
    expect(runs.afters).toEqual([undefined, 'id0', 'id1'])
  })

  test('when its broker was away, from the last id that got through', async () => {
    const memory = createMemoryBroker()
    let away = false
    const broker = {
      ...memory,
      publish: async (...all: Parameters<typeof memory.publish>) => {
        if (!away) return memory.publish(...all)
        away = false
        throw new Error('the broker is away')
      },
    }
    const runs = new Runs(async function* counting(_, context) {
      for (let n = Number(context.after ?? 0) + 1; n <= 4; n++) {
        away = n === 3 && runs.all.length === 1
        yield line(`${n}`, `${n}`)
      }
      await aborted(context)
    })
    const { connect } = serve(runs.stream(), { ...rooms, broker })
    const client = await connect(lobby)
    await client.until('all', () => client.dataOf('line').length >= 4)
    expect(client.dataOf('line')).toEqual(['<p>1</p>', '<p>2</p>', '<p>3</p>', '<p>4</p>'])
    expect(runs.afters).toEqual([undefined, '2'])
  })
})

test('an item that the stream does not accept is logged and skipped', async () => {
  const runs = new Runs(async function* sloppy(_, context) {
    yield line('a')
    yield { event: 'line', props: { text: 1 } } as unknown as Item
    yield { event: 'lime', props: {} } as unknown as Item
    yield { event: 'line', props: { text: 'x' }, id: 7 } as unknown as Item
    yield line('b')
    await aborted(context)
  })
  const { connect } = serve(runs.stream(), rooms)
  const client = await connect(lobby)
  await client.until('both', () => client.dataOf('line').length === 2)
  expect(client.dataOf('line')).toEqual(['<p>a</p>', '<p>b</p>'])
  expect(errors()).toHaveLength(3)
  expect(errors()[1]).toContain('The source of rooms/lobby yielded an event that is skipped.')
  expect(errors()[1]).toContain('has no event "lime"; did you mean "line"?')
  expect(errors()[2]).toContain('has an id that is no text.\n\nExpected: a string\nGot: number')
})

describe('a topic whose source returns', () => {
  test('ends though its last event was ephemeral, and other topics are busier', async () => {
    const runs = new Runs(async function* typing() {
      yield { event: 'typing', props: { text: 'a' } }
    })
    const broker = createMemoryBroker()
    const { connect } = serve(runs.stream(), { ...rooms, broker })
    await broker.publish('elsewhere', '{}', { retention: { events: 1, age: 1e9, bytes: 99 } })
    const client = await connect(lobby)
    await client.until('the end', ({ ended }) => ended)
    expect(client.events.map(({ event }) => event)).toEqual(['typing', 'end'])
  })

  test('ends for whoever comes meanwhile, after what was missed', async () => {
    const runs = new Runs(async function* short() {
      yield line('a')
      yield line('b')
    })
    const { connect, cursor } = serve(runs.stream(), rooms)
    const after = await cursor(lobby.params)
    // It reads nothing, so the topic lives on.
    const stalled = await connect(lobby)
    await eventually('the run', () => runs.all[0]?.ended)
    const late = await connect({ ...lobby, after })
    await late.until('the end', ({ ended }) => ended)
    expect(late.events.map(({ event, data }) => event + data)).toEqual([
      'line<p>a</p>',
      'line<p>b</p>',
      'end',
    ])
    await stalled.until('the end', ({ ended }) => ended)
    expect(stalled.events).toEqual(late.events)
    expect(runs.all).toHaveLength(1)
  })
})

test('a source that never ends keeps nothing of what it has yielded', async () => {
  const items = 50_000
  const abort = new AbortController()
  let published = 0
  async function* endless(): AsyncGenerator<SourceItem> {
    for (let n = 0; n < items; n++) yield { event: 'line', props: {} }
    await new Promise(() => undefined)
  }
  const { definition } = stream({ events: { line: append(Line) }, source: endless as never })
  const objects = (): number => {
    Bun.gc(true)
    return heapStats().objectCount
  }
  const before = objects()
  const run = runSource({
    definition,
    params: {},
    topic: 'news',
    lastId: async () => undefined,
    signal: abort.signal,
    publish: async () => String(published++),
  })
  await eventually('all items', () => published === items)
  expect(objects() - before).toBeLessThan(items / 5)
  abort.abort()
  expect(await run).toBeUndefined()
})
