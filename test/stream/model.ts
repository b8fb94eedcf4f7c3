import { expect, jest } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import type { LaggingBroker } from '../broker/lagging.ts'
import { type Asks, Door } from './model-door.ts'
import { Feed } from './model-feed.ts'
import { Ledger } from './model-ledger.ts'
import { type ModelReader, TIMES } from './model-reader.ts'
import { modelStreams } from './model-streams.ts'
import { openHub } from './open-hub.ts'
import { type Acting, type Connect, type Publish, type Step, TOPICS } from './steps.ts'

/** Turns of the event loop after which what has not come never will. */
const PATIENCE = 3000

/**
 * Some topics, driven step by step beside a list of all that was published. Its clock is bun:test's:
 * it stands still unless a step moves it.
 */
export class Model {
  readonly #ledger: Ledger
  readonly #feed = new Feed()
  readonly #streams: ReturnType<typeof modelStreams>
  readonly #door: Door
  /** Those who are connected. */
  readonly #readers: ModelReader[] = []
  readonly #gone: ModelReader[] = []
  /** What those who have left will ask for. */
  readonly #left: Asks[] = []
  #texts = 0

  constructor(broker: LaggingBroker) {
    this.#ledger = new Ledger(broker)
    this.#streams = modelStreams(this.#ledger, this.#feed)
    this.#door = new Door({
      hub: openHub(TIMES),
      ledger: this.#ledger,
      feed: this.#feed,
      streams: this.#streams,
      readers: this.#readers,
    })
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'turn') await setImmediate()
    if (step.do === 'elsewhere') await this.#ledger.elsewhere()
    if (step.do === 'lose') await this.#ledger.lose(step.topic)
    if (step.do === 'publish') await this.#publish(step)
    if (step.do === 'feed' && !this.#feed.isFinished) this.#feed.push(step.kinds)
    if (step.do === 'finish') this.#feed.finish()
    if (step.do === 'pass') await this.#pass(step.milliseconds)
    if (step.do === 'connect') await this.#connect(await this.#asks(step))
    if (step.do === 'return') {
      const back = this.#left.splice(0, step.times).map((asks) => this.#connect(asks))
      for (let turn = 0; turn < step.turns; turn++) await setImmediate()
      if (step.meanwhile?.do === 'publish') await this.#publish(step.meanwhile)
      else if (step.meanwhile !== undefined) await this.#act(step.meanwhile)
      await Promise.all(back)
    }
    if ('client' in step) await this.#act(step)
    for (const reader of this.#readers.filter(({ isOver }) => isOver))
      this.#left.push(this.#dismiss(reader))
  }

  /** In the end everybody gets everything, and when all have left nothing remains. */
  async end(): Promise<void> {
    for (const reader of this.#readers) await reader.take('all')
    for (const asks of this.#left.splice(0)) await this.#connect(asks)
    await this.#until('everything has come', async () => {
      for (const reader of this.#readers) await reader.take('all')
      return this.#isFed && this.#readers.every(({ isComplete }) => isComplete)
    })
    for (const reader of this.#readers) await reader.client.leave()
    await this.#until('nobody listens', () => this.#isIdle)
    for (const reader of this.#gone) await reader.take('none')
    this.#checkFeed()
    expect(this.#door.released).toBe(this.#door.opened)
    await this.#ledger.close()
  }

  /** Those who are not stalled read meanwhile. */
  async #publish({ topic, kind, count, size }: Publish): Promise<void> {
    let publishing = true
    const reading = this.#readers
      .filter(({ stalled }) => !stalled)
      .map(async (reader) => {
        do await reader.client.drain()
        while (publishing && !reader.isOver)
        await reader.take('all')
      })
    const room = this.#streams.room(topic)
    for (let n = 0; n < count; n++)
      await room.publish(kind, { text: `${this.#texts++}.`.padEnd(size, 'x') })
    publishing = false
    await Promise.all(reading)
  }

  async #pass(milliseconds: number): Promise<void> {
    for (let passed = 1; passed <= milliseconds; passed++) {
      jest.advanceTimersByTime(1)
      if (passed % 5 > 0 && passed < milliseconds) continue
      for (const reader of this.#readers) if (!reader.stalled) await reader.take('all')
    }
  }

  async #asks({ topics, named, from, variant, lasts }: Connect): Promise<Asks> {
    const until = lasts === undefined ? undefined : Date.now() + lasts
    const asks = topics.map(async (topic) => {
      const cursor = from === 'cursor' ? (await this.#ledger.read(topic))?.cursor : undefined
      const after = from === 'nowhere' ? null : cursor
      return { topic, after, until, seen: new Set<string>() }
    })
    return { asks: await Promise.all(asks), named: named || topics.length > 1, variant }
  }

  async #connect(asks: Asks): Promise<void> {
    if (asks.asks.length > 0) this.#readers.push(await this.#door.connect(asks))
  }

  async #act({ do: what, client }: Acting): Promise<void> {
    const reader = this.#readers[client % Math.max(1, this.#readers.length)]
    if (reader === undefined) return
    reader.stalled = what === 'stall' || what === 'sip'
    if (what === 'stall') return
    await reader.take(what === 'sip' ? 'one' : 'all')
    if (what === 'read' || what === 'sip') return
    await reader.client.leave()
    const asks = this.#dismiss(reader)
    if (what === 'resume') await this.#connect(asks)
    else this.#left.push(asks)
  }

  /** It is not connected any more; answers what it will ask for. */
  #dismiss(reader: ModelReader): Asks {
    this.#readers.splice(this.#readers.indexOf(reader), 1)
    this.#gone.push(reader)
    return reader.asks
  }

  async #until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let turns = 0; !(await holds()); turns++) {
      if (turns > PATIENCE) throw new Error(`After ${PATIENCE} turns not yet: ${what}`)
      await setImmediate()
    }
  }

  /** Whether all that the source has is published, if anybody listens. */
  get #isFed(): boolean {
    const isHeard = this.#readers.some((reader) => reader.listensTo('task'))
    return !isHeard || this.#feed.isPublished(this.#ledger.record('task').published)
  }

  get #isIdle(): boolean {
    const listeners = TOPICS.map((topic) => this.#ledger.record(topic).listeners)
    const isSettled = TOPICS.every((topic) => this.#ledger.isSettled(topic))
    return isSettled && this.#feed.running === 0 && listeners.every((count) => count === 0)
  }

  /** Whoever listened and left, what the source yields is published once and in order. */
  #checkFeed(): void {
    const { published } = this.#ledger.record('task')
    const durable = published.filter(({ kind }) => kind !== 'typing').map(({ text }) => text)
    expect(durable).toEqual(this.#feed.durable.slice(0, durable.length))
  }
}
