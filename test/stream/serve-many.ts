import { afterEach } from 'bun:test'
import type { Broker } from '../../src/broker/broker.ts'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import { createFindStream } from '../../src/router/find-stream.ts'
import { routePath } from '../../src/router/route-path.ts'
import type { StreamDefinition } from '../../src/stream/definition.ts'
import type { Hub, HubOptions } from '../../src/stream/hub.ts'
import { manyResponse } from '../../src/stream/many-endpoint.ts'
import { Client, type Seen } from './client.ts'
import { openHub } from './open-hub.ts'
import { place } from './place.ts'

type Placeable = { readonly definition: StreamDefinition }

/** Several streams on one connection, as `GET /sse` serves them. */
export interface ServedMany {
  readonly broker: Broker
  readonly hub: Hub
  /** Asks for topics, each perhaps with `@cursor` behind it. */
  readonly request: (on: readonly string[], init?: RequestInit) => Promise<Response>
  readonly connect: (on: readonly string[], init?: RequestInit) => Promise<Client>
  readonly cursor: (topic: string) => Promise<string>
}

interface Options {
  readonly broker?: Broker
  readonly hub?: Partial<HubOptions>
  readonly topics?: number
  readonly user?: string
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Serves streams by their patterns until the test ends. */
export function serveMany(
  streams: Readonly<Record<string, Placeable>>,
  { broker = createMemoryBroker(), hub: options = {}, topics = 100, user }: Options = {},
): ServedMany {
  const hub = openHub(options)
  ends.push(
    () => hub.close(),
    () => broker.close(),
  )
  const placed = Object.entries(streams).map(([pattern, stream]) => ({
    file: `streams/${pattern}.tsx`,
    path: routePath(pattern) ?? { pattern: '', params: [], shape: '' },
    definition: place(stream, pattern, broker).definition,
    release: async () => undefined,
  }))
  const find = createFindStream(placed)
  const statusOf = (error: unknown): number => {
    console.error(error)
    return 500
  }
  const served: ServedMany = {
    broker,
    hub,
    async request(on, init) {
      const query = new URLSearchParams(on.map((topic) => ['on', topic]))
      const request = new Request(`http://localhost/sse?${query}`, init)
      return manyResponse({ request, address: undefined, user }, { hub, find, topics, statusOf })
    },
    async connect(on, init) {
      return new Client((await served.request(on, init)).body)
    },
    async cursor(topic) {
      return (await broker.read(topic))?.cursor ?? ''
    },
  }
  return served
}

/** What came for each topic, by the blocks that name it. */
export function byTopic(client: Client): Record<string, Seen[]> {
  const topics: Record<string, Seen[]> = {}
  let current: Seen[] = []
  for (const seen of client.events) {
    if (seen.event === 'topic') current = topics[seen.data] ??= []
    else current.push(seen)
  }
  return topics
}

/** The data of a topic's events of one name, in order. */
export function dataOf(client: Client, topic: string, event: string): string[] {
  return (byTopic(client)[topic] ?? [])
    .filter((seen) => seen.event === event)
    .map((one) => one.data)
}
