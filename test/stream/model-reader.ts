import { expect } from 'bun:test'
import type { ModelClient } from './model-client.ts'
import type { Asks } from './model-door.ts'
import type { Place } from './model-place.ts'
import type { Topic } from './steps.ts'

/** Milliseconds: of the hub, by a clock that stands still unless the model moves it. */
export const TIMES = { heartbeat: 15, stallTimeout: 40, maxAge: 300 } as const

/** Milliseconds that it takes beats to see a stall: something has to be written, and to stay unsent. */
const LATE = 5 * TIMES.heartbeat

export interface ModelReaderOptions {
  readonly client: ModelClient
  /** By what the client calls the topic; by `undefined` where it is the only one. */
  readonly places: ReadonlyMap<string | undefined, Place>
  readonly variant: string
}

/** A connection, from its client's side. */
export class ModelReader {
  readonly client: ModelClient
  readonly places: ReadonlyMap<string | undefined, Place>
  readonly variant: string
  stalled = false
  readonly #since = Date.now()
  /** When it took something last, as far as the server can tell. */
  #took = Date.now()
  /** Whether the server has had a reason to end it. */
  #mayEnd = false

  constructor({ client, places, variant }: ModelReaderOptions) {
    this.client = client
    this.places = places
    this.variant = variant
  }

  /** What its client will ask for when it comes back, and its permission has been renewed. */
  get asks(): Asks {
    const asks = [...this.places.values()]
      .filter(({ over }) => over !== 'end')
      .map(({ topic, cursor, seen }) => ({ topic, after: cursor, until: undefined, seen }))
    return { asks, named: !this.places.has(undefined), variant: this.variant }
  }

  /** Whether it has a topic that is not over. */
  listensTo(topic: Topic): boolean {
    const listens = (place: Place) => place.topic === topic && place.over === undefined
    return !this.isOver && [...this.places.values()].some(listens)
  }

  get isOver(): boolean {
    return this.client.isOver
  }

  /** Takes everything, one chunk, or what there is already; and looks at it. */
  async take(much: 'all' | 'one' | 'none'): Promise<void> {
    const away = Date.now() - this.#took
    const age = Date.now() - this.#since
    if (much === 'all') await this.client.drain()
    if (much === 'one') await this.client.sip()
    if (much !== 'none' && !this.isOver) this.#took = Date.now()
    for (const block of this.client.blocks.splice(0)) {
      const place = this.places.get(block.topic)
      expect(place === undefined ? block : 'of a topic that was asked for').toBe(
        'of a topic that was asked for',
      )
      place?.take(block)
    }
    for (const place of this.places.values()) place.check()
    if (much !== 'none') this.#checkTime(much, away, age)
  }

  /** Whether everything has come that there is. */
  get isComplete(): boolean {
    return this.isOver || [...this.places.values()].every(({ isComplete }) => isComplete)
  }

  /** A connection ends for a reason, and where there is one it does end. */
  #checkTime(much: 'all' | 'one', away: number, age: number): void {
    const topicsAreOver = [...this.places.values()].every(({ over }) => over !== undefined)
    const mustEnd = topicsAreOver || away >= TIMES.stallTimeout + LATE || age >= TIMES.maxAge + LATE
    if (mustEnd && much === 'all') expect(this.isOver).toBe(true)
    this.#mayEnd ||= topicsAreOver || away >= TIMES.stallTimeout || age >= 0.75 * TIMES.maxAge
    if (this.isOver) expect(this.#mayEnd).toBe(true)
  }
}
