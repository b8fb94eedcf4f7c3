import { afterEach } from 'bun:test'
import type { Broker } from '../../src/broker/broker.ts'
import { createMemoryBroker } from '../../src/broker/memory.ts'
import type { StreamDefinition } from '../../src/stream/definition.ts'
import { streamResponse } from '../../src/stream/endpoint.ts'
import type { Hub, HubOptions } from '../../src/stream/hub.ts'
import { topicName } from '../../src/stream/topic-name.ts'
import { Client } from './client.ts'
import { openHub } from './open-hub.ts'
import { place } from './place.ts'

/** Where a client goes on, and what it says of itself. */
interface Ask {
  readonly params?: Readonly<Record<string, string>>
  /** `?after=` */
  readonly after?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** One stream with its hub: requests go to its endpoint as the router would pass them on. */
export interface Served<Stream> {
  readonly stream: Stream
  readonly broker: Broker
  readonly hub: Hub
  readonly request: (request?: Ask) => Promise<Response>
  readonly connect: (request?: Ask) => Promise<Client>
  /** The cursor of a topic, as a first paint would take it. */
  readonly cursor: (params?: Readonly<Record<string, string>>) => Promise<string>
}

interface Options {
  readonly pattern?: string
  readonly broker?: Broker
  readonly hub?: Partial<HubOptions>
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Serves a stream until the test ends. */
export function serve<Stream extends { readonly definition: StreamDefinition }>(
  declared: Stream,
  { pattern = 'news', broker = createMemoryBroker(), hub: options = {} }: Options = {},
): Served<Stream> {
  const stream = place(declared, pattern, broker)
  const hub = openHub(options)
  ends.push(
    () => hub.close(),
    () => broker.close(),
  )
  const served: Served<Stream> = {
    stream,
    broker,
    hub,
    request({ params = {}, after, headers = {}, signal } = {}) {
      const url = new URL(`http://localhost/sse/${pattern}`)
      if (after !== undefined) url.searchParams.set('after', after)
      const request = new Request(url, { headers, ...(signal && { signal }) })
      return streamResponse(
        stream.definition,
        hub,
        { request, address: undefined, user: undefined },
        params,
      )
    },
    async connect(request) {
      return new Client((await served.request(request)).body)
    },
    async cursor(params = {}) {
      return (await broker.read(topicName(pattern, params)))?.cursor ?? ''
    },
  }
  return served
}
