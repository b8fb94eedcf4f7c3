import { Histogram } from '../load/histogram.ts'
import { type Arrived, Load } from '../load/load.ts'
import { bunPeer, type Server } from '../peers/peer.ts'
import { type Fared, Visitors } from './visitors.ts'

/** Connections of each group. */
const GROUP = 100
/** Events that a group misses while it is away. */
const MISSED = 20
/** Listeners of a topic that nobody asks for a second time. */
const PASSING = 10

/** Events that the latency of a sample is taken from. */
const BEATS = 50

interface Group {
  readonly load: Load
}

/** A server whose clients never rest. */
export class Churn {
  readonly server: Server
  readonly #groups: readonly Group[]
  readonly #passing = new Load()
  readonly #visitors = new Visitors()
  #turns = 0
  #published = 0
  #faults = 0

  private constructor(server: Server, groups: readonly Group[]) {
    this.server = server
    this.#groups = groups
  }

  static async start(): Promise<Churn> {
    const server = await bunPeer('soak', `${import.meta.dir}/server.ts`).start()
    const groups = Array.from({ length: 4 }, () => ({ load: new Load() }))
    const churn = new Churn(server, groups)
    for (const { load } of groups) await load.open(server.port, server.path, GROUP)
    await churn.#publish(groups)
    await churn.#visitors.open(server.port)
    return churn
  }

  /** Groups that were cut off and came back, so far. */
  get turns(): number {
    return this.#turns
  }

  /** Events so far that did not follow the one before, and connections that broke. */
  get faults(): number {
    return this.#faults
  }

  /** How those fare who are rotated, have several topics, or stall. */
  fared(): Promise<Fared> {
    return this.#visitors.fared()
  }

  /** One group is cut off, misses events and resumes; a topic comes into being and ends. */
  async turn(): Promise<void> {
    const { server } = this
    const leaving = this.#groups[this.#turns++ % this.#groups.length]!
    const staying = this.#groups.filter((group) => group !== leaving)
    const { lastId = '' } = await this.#take(leaving)
    const last = this.#published
    await leaving.load.drop()
    for (let missed = 0; missed < MISSED; missed++) await this.#publish(staying)
    const headers = { 'Last-Event-ID': lastId }
    await leaving.load.open(server.port, server.path, GROUP, { headers, last })
    await leaving.load.expect(MISSED)
    await this.#passing.open(server.port, `/sse/rooms/turn-${this.#turns}`, PASSING)
    await this.#passing.drop()
    await this.#publish(this.#groups)
    this.#visitors.turn()
  }

  /** The latency of some events that everybody gets. */
  async beat(): Promise<Histogram> {
    for (const group of this.#groups) await this.#take(group)
    for (let beat = 0; beat < BEATS; beat++) await this.#publish(this.#groups)
    const latency = new Histogram()
    for (const group of this.#groups) latency.merge((await this.#take(group)).latency.entries())
    return latency
  }

  async stop(): Promise<void> {
    for (const { load } of this.#groups) await load.stop()
    await this.#passing.stop()
    await this.#visitors.stop()
    await this.server.stop()
  }

  async #take({ load }: Group): Promise<Arrived> {
    const arrived = await load.take()
    this.#faults += arrived.disorder + arrived.ended
    return arrived
  }

  async #publish(groups: readonly Group[]): Promise<void> {
    await this.server.publish(1)
    this.#published++
    await Promise.all(groups.map(({ load }) => load.expect(1)))
  }
}
