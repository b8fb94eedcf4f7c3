import { expect } from 'bun:test'
import type { Hub, Wanted } from '../../src/stream/hub.ts'
import { ModelClient } from './model-client.ts'
import type { Feed } from './model-feed.ts'
import type { Ledger } from './model-ledger.ts'
import { Place, type PlaceOptions } from './model-place.ts'
import { ModelReader } from './model-reader.ts'
import type { modelStreams } from './model-streams.ts'
import type { Topic } from './steps.ts'

/** A topic that a client asks for. */
export interface Ask {
  readonly topic: Topic
  readonly after: string | null | undefined
  readonly until: number | undefined
  /** The ephemeral events that it has had. */
  readonly seen: Set<string>
}

/** What a client asks for at once. */
export interface Asks {
  readonly asks: readonly Ask[]
  /** Whether blocks name the topic. */
  readonly named: boolean
  readonly variant: string
}

export interface DoorOptions {
  readonly hub: Hub
  readonly ledger: Ledger
  readonly feed: Feed
  readonly streams: ReturnType<typeof modelStreams>
  /** Those who are connected. */
  readonly readers: readonly ModelReader[]
}

/** Lets clients in, and knows what each has to be told first. */
export class Door {
  /** Connections that were asked for, and those that the hub has said are over. */
  opened = 0
  released = 0
  readonly #options: DoorOptions

  constructor(options: DoorOptions) {
    this.#options = options
  }

  async connect({ asks, named, variant }: Asks): Promise<ModelReader> {
    const { hub, ledger, streams } = this.#options
    // One in three calls its topics by names of its own.
    const own = ++this.opened % 3 === 0 ? '?' : ''
    const aliases = asks.map(({ topic }) => (named ? topic + own : undefined))
    const before = await Promise.all(asks.map((ask) => this.#look(ask)))
    const told = asks.map(({ topic }) => {
      const { gaps, heard } = ledger.record(topic)
      return { gaps, heard: heard.size }
    })
    const alone = asks.map(({ topic }) => !this.#isOpen(topic, variant))
    const wanted = asks.map(({ topic, after, until }, index): Wanted => {
      const alias = aliases[index]
      return { ...streams.of(topic), variant, after, until, ...(alias && { alias }) }
    })
    const body = await hub.connect({
      wanted,
      refused: [],
      signal: new AbortController().signal,
      release: () => this.released++,
    })
    const client = new ModelClient(body)
    const known = await Promise.all(asks.map((ask) => this.#look(ask)))
    const places = asks.map((ask, index): [string | undefined, Place] => {
      const isKnown = before[index] && known[index]
      // A window that others keep open may hold more than the log.
      const must = ask.after === null || (before[index] === false && alone[index])
      const first = isKnown ? 'no reset' : must ? 'a reset' : 'perhaps a reset'
      return [aliases[index], this.#place(ask, { gaps: 0, heard: 0, ...told[index], first })]
    })
    // Its first words say where it begins: "now" is what this process knows, and that may lag.
    await client.read()
    const reader = new ModelReader({ client, places: new Map(places), variant })
    await reader.take('none')
    for (const [index, [, { hello }]] of places.entries()) {
      expect(hello).toBeDefined()
      const after = asks[index]?.after
      if (typeof after === 'string' && before[index] && known[index]) expect(hello).toBe(after)
    }
    return reader
  }

  #place(
    { topic, until, seen }: Ask,
    before: Pick<PlaceOptions, 'gaps' | 'heard' | 'first'>,
  ): Place {
    const { ledger, feed } = this.#options
    const hasEnded = () => topic === 'task' && feed.hasEnded(ledger.record(topic).published)
    return new Place({ topic, ledger, hasEnded, until, seen, ...before })
  }

  /** Whether the log can tell now what the client has missed: nobody may be refused that. */
  async #look({ topic, after }: Ask): Promise<boolean> {
    if (typeof after !== 'string') return after === undefined
    return (await this.#options.ledger.read(topic, after)) !== undefined
  }

  #isOpen(topic: Topic, variant: string): boolean {
    return this.#options.readers.some(
      (reader) =>
        reader.variant === variant &&
        [...reader.places.values()].some((place) => place.topic === topic),
    )
  }
}
