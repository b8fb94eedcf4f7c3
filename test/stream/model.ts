import { expect } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { DEFAULT_RETENTION } from '../../src/broker/broker.ts'
import { append, ephemeral, latest } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import type { LaggingBroker } from '../broker/lagging.ts'
import { Client } from './client.ts'
import { Line } from './line.tsx'
import { connectTo, openHub } from './open-hub.ts'
import { place } from './place.ts'
import { type Kind, type Step, WINDOW } from './steps.ts'

/** A durable event, as the broker took it; `frame` counts ephemeral ones, too. */
interface Logged {
  readonly cursor: string
  readonly kind: Kind
  readonly data: string
  readonly frame: number
}

/** A client, and what it has to see next. */
interface Reader {
  readonly client: Client
  /** The number of durable events that are behind it: seen, or told of as a gap. */
  at: number
  /** Events of the client that have been checked. */
  checked: number
  stalled: boolean
  /** How often it may be told of a gap, other than for falling behind. */
  resets: number
  mustReset: boolean
}

/** One topic, driven step by step beside a list of all that was published. */
export class Model {
  readonly #broker: LaggingBroker
  readonly #hub = openHub({ heartbeat: 1000 })
  readonly #news = stream({
    events: { line: append(Line), state: latest(Line), typing: ephemeral(Line) },
    history: { events: 8 },
  })
  readonly #log: Logged[] = []
  readonly #readers: Reader[] = []
  /** The ids of those who have left. */
  readonly #left: (string | undefined)[] = []
  #frames = 0
  #losses = 0

  constructor(broker: LaggingBroker) {
    this.#broker = broker
    place(this.#news, 'news', broker)
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'turn') return setImmediate()
    if (step.do === 'elsewhere')
      await this.#broker.publish('elsewhere', '{}', { retention: DEFAULT_RETENTION })
    if (step.do === 'lose') {
      this.#losses++
      for (const reader of this.#readers) reader.resets++
      await this.#broker.lose('news')
    }
    if (step.do === 'publish') await this.#publish(step.kind, step.count)
    if (step.do === 'connect') {
      const cursor = async () => (await this.#broker.read('news'))?.cursor
      await this.#connect({ now: undefined, nowhere: null, cursor: await cursor() }[step.from])
    }
    if (step.do === 'return') {
      const ids = this.#left.splice(0, step.times)
      await Promise.all(ids.map((id) => this.#connect(id)))
    }
    if ('client' in step) await this.#act(step.do, step.client)
  }

  /** In the end everybody who is there gets everything. */
  async end(): Promise<void> {
    for (const reader of this.#readers) {
      await reader.client.until('everything', () => {
        this.#check(reader)
        return this.#log.length === reader.at
      })
      await reader.client.leave()
    }
    this.#hub.close()
    await this.#broker.close()
  }

  /** Those who are not stalled read meanwhile. */
  async #publish(kind: Kind, count: number): Promise<void> {
    let publishing = true
    const reading = this.#readers
      .filter(({ stalled }) => !stalled)
      .map(async ({ client }) => {
        do await client.drain()
        while (publishing)
      })
    for (let n = 0; n < count; n++) {
      const text = `${this.#frames++}`
      const cursor = await this.#news.publish(kind, { text })
      const logged = { cursor, kind, data: `<p>${text}</p>`, frame: this.#frames }
      if (kind !== 'typing') this.#log.push(logged)
    }
    publishing = false
    await Promise.all(reading)
  }

  async #connect(after: string | null | undefined): Promise<void> {
    // Nobody may be refused what the log can tell at this moment.
    const known =
      typeof after === 'string' && (await this.#broker.read('news', after)) !== undefined
    const alone = this.#readers.length === 0
    const body = await connectTo(this.#hub, this.#news.definition, after)
    const client = new Client(body)
    // Its first words say where it begins: "now" is what this process knows, and that may lag.
    await client.read()
    const [, hello = ''] = /^id: (.+)$/m.exec(client.text) ?? []
    if (typeof after === 'string' && known) expect(hello).toBe(after)
    this.#readers.push({
      client,
      at: this.#behind(hello),
      checked: 0,
      stalled: false,
      // A loss may still be on its way to whoever has just come.
      resets: this.#losses + (after !== undefined && !known ? 1 : 0),
      // A window that others keep open may hold more than the log.
      mustReset: after === null || (after !== undefined && !known && alone),
    })
  }

  async #act(what: 'resume' | 'read' | 'leave' | 'stall', client: number): Promise<void> {
    const index = client % Math.max(1, this.#readers.length)
    const reader = this.#readers[index]
    if (reader === undefined) return
    reader.stalled = what === 'stall'
    if (what === 'stall') return
    await reader.client.drain()
    this.#check(reader)
    if (what === 'read') return
    this.#readers.splice(index, 1)
    await reader.client.leave()
    const { lastEventId } = reader.client
    if (what === 'resume') await this.#connect(lastEventId)
    else this.#left.push(lastEventId)
  }

  /** Whatever came since the last look has to be what the log says comes next. */
  #check(reader: Reader): void {
    const { events } = reader.client
    for (const { event, id, data } of events.slice(reader.checked)) {
      reader.checked++
      if (event === 'typing') continue
      if (event === 'reset') {
        const isDue = reader.resets > 0 || this.#hasFallenBehind(reader)
        expect(isDue ? 'a reset' : 'no reset').toBe('a reset')
        reader.resets = Math.max(0, reader.resets - 1)
        reader.mustReset = false
        reader.at = Math.max(reader.at, this.#behind(id ?? ''))
        continue
      }
      expect(reader.mustReset).toBe(false)
      let next = this.#log[reader.at++]
      // Of a state, a reader that is behind is spared what has been superseded.
      while (next?.kind === 'state' && next.cursor !== id && this.#isSuperseded(reader.at))
        next = this.#log[reader.at++]
      expect<unknown>({ event, id, data }).toEqual({
        event: next?.kind,
        id: next?.cursor,
        data: next?.data,
      })
    }
  }

  /** How many durable events come up to a cursor. */
  #behind(cursor: string): number {
    const isUpTo = (one: Logged) => (this.#broker.compare(one.cursor, cursor) ?? 1) <= 0
    return this.#log.findLastIndex(isUpTo) + 1
  }

  #isSuperseded(from: number): boolean {
    return this.#log.slice(from).some(({ kind }) => kind === 'state')
  }

  /** Whether the window can have lost a durable event that the reader has not had. */
  #hasFallenBehind({ at }: Reader): boolean {
    return this.#log.slice(at).some(({ frame }) => this.#frames - frame >= WINDOW)
  }
}
