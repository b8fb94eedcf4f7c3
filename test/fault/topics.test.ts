import { heapStats } from 'bun:jsc'
import { afterAll, expect, jest, test } from 'bun:test'
import { createMemoryBroker, rivulet } from 'rivulet'
import Rooms from './app/streams/rooms/[room].tsx'
import { eventually } from './eventually.ts'
import { AppProcess } from './app-process.ts'

/** The real thing is `FAULT_TOPICS=100000`. */
const VISITED = Number(process.env['FAULT_TOPICS'] ?? 10_000)
const PUBLISHED = 20_000
const BY_SOCKET = 3000
/** Milliseconds in which the broker looks at every log, twice. */
const PASS = 122_000

/** Visits at a time. */
const AT_ONCE = 100

/** Live objects that come and go with caches and compiled code. */
const NOISE = 2000
const MIB = 2 ** 20

const root = `${import.meta.dir}/app`
const server = new AppProcess('short idle timer', {})
afterAll(() => server.kill())

/** What a connection is made of. */
const LEAKING = ['AbortSignal', 'Map', 'Promise', 'ReadableStream', 'Request', 'Set', 'Timeout']

interface Level {
  readonly objects: number
  /** Maps and sets: a topic has some. */
  readonly maps: number
  /** Bytes. */
  readonly rss: number
}

/** What is alive after a collection. */
function level(): Level {
  Bun.gc(true)
  const { objectCount, objectTypeCounts } = heapStats()
  const { Map = 0, Set = 0 } = objectTypeCounts
  return { objects: objectCount, maps: Map + Set, rss: process.memoryUsage.rss() }
}

/**
 * Waits until there is no more than there was: some of it takes more than one collection to go, and memory
 * that is free goes back to the system when the allocator finds the time.
 */
async function isBackAt(before: Level): Promise<void> {
  let now = before
  await eventually(
    'the heap is as it was',
    () => {
      now = level()
      return (
        now.objects < before.objects + NOISE &&
        now.maps < before.maps + 50 &&
        now.rss < before.rss + 32 * MIB
      )
    },
    10_000,
  ).catch((error: unknown) => {
    throw new Error(`${JSON.stringify(before)} has become ${JSON.stringify(now)}`, { cause: error })
  })
}

/** Connects to topics that nobody else asks for, hears the first word of each, and leaves. */
async function visit(count: number, connect: (room: number) => Promise<Response>): Promise<void> {
  let left = count
  const lane = async (): Promise<void> => {
    while (left > 0) {
      const reader = (await connect(left--)).body?.getReader()
      const { value } = (await reader?.read()) ?? {}
      if (!new TextDecoder().decode(value).startsWith('retry: ')) throw new Error('No hello')
      await reader?.cancel()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

test(`${VISITED} topics, each visited once, leave nothing`, async () => {
  const broker = createMemoryBroker()
  const app = rivulet({ root, broker })
  await app.modules
  const connect = async (room: number) =>
    app.handle(new Request(`http://localhost/sse/rooms/${room}`))
  await visit(VISITED / 10, connect)
  await Bun.sleep(200)
  const before = level()
  await visit(VISITED, connect)
  await isBackAt(before)
  await broker.close()
}, 60_000)

test(`${PUBLISHED} topics, each published to once, are forgotten when their events are too old`, async () => {
  jest.useFakeTimers()
  const broker = createMemoryBroker()
  try {
    const app = rivulet({ root, broker })
    await app.modules
    const publish = async (rooms: number, name: string): Promise<void> => {
      for (let room = 0; room < rooms; room++)
        await Rooms.at({ room: `${name}-${room}` }).publish('tick', { text: 'once' })
    }
    await publish(PUBLISHED / 10, 'warm')
    jest.advanceTimersByTime(PASS)
    const before = level()
    await publish(PUBLISHED, 'once')
    expect(level().maps - before.maps).toBeGreaterThan(PUBLISHED)
    jest.advanceTimersByTime(PASS)
    jest.useRealTimers()
    await isBackAt(before)
  } finally {
    jest.useRealTimers()
    await broker.close()
  }
}, 60_000)

test(`${PUBLISHED} topics that come and go between two looks of the broker leave nothing`, async () => {
  jest.useFakeTimers()
  const broker = createMemoryBroker()
  try {
    const { cursor = '' } = (await broker.read('any')) ?? {}
    const listener = { next: () => undefined, gap: () => undefined }
    const listen = async (topics: number): Promise<void> => {
      const leave: (() => void)[] = []
      for (let topic = 0; topic < topics; topic++) {
        leave.push(await broker.subscribe(`${topic}`, cursor, listener))
        if (leave.length > AT_ONCE) leave.shift()?.()
      }
      // Once it looks while there are logs; from then on only while there are none.
      if (topics === AT_ONCE) jest.advanceTimersByTime(1000)
      for (const one of leave) one()
    }
    await listen(AT_ONCE)
    const before = level()
    for (let burst = 0; burst < 4; burst++) {
      await listen(PUBLISHED / 4)
      jest.advanceTimersByTime(1000)
    }
    jest.useRealTimers()
    await isBackAt(before)
  } finally {
    jest.useRealTimers()
    await broker.close()
  }
}, 60_000)

test(`${BY_SOCKET} topics, each visited once over a socket, leave nothing`, async () => {
  const port = await server.port
  const connect = (room: number) => fetch(`http://127.0.0.1:${port}/sse/rooms/${room}`)
  await visit(BY_SOCKET / 3, connect)
  await Bun.sleep(1000)
  const before = await server.state()
  await visit(BY_SOCKET, connect)
  let grown: (string | number)[][] = []
  await eventually('the heap of the server is as it was', async () => {
    const { types } = await server.state()
    grown = LEAKING.flatMap((type) => {
      const [had, has] = [before.types[type] ?? 0, types[type] ?? 0]
      return has < had + 100 ? [] : [[type, had, has]]
    })
    return grown.length === 0
  }).catch(() => expect(grown).toEqual([]))
  expect((await server.state()).rss - before.rss).toBeLessThan(32 * MIB)
}, 60_000)
