import { expect } from 'bun:test'
import type { Block } from './model-client.ts'
import type { Ledger, Published, TopicRecord } from './model-ledger.ts'
import { type Topic, WINDOW } from './steps.ts'

export interface PlaceOptions {
  readonly topic: Topic
  readonly ledger: Ledger
  /** Whether everything the source had to yield has been published, and it has returned. */
  readonly hasEnded: () => boolean
  /** When the permission runs out. */
  readonly until: number | undefined
  /** Whether nothing of what followed the client's cursor was to be had, or perhaps not. */
  readonly first: 'no reset' | 'perhaps a reset' | 'a reset'
  /** What had been told of the topic before the client came: gaps, and ephemeral events. */
  readonly gaps: number
  readonly heard: number
  /** The ephemeral events that the client has had on earlier connections. */
  readonly seen: Set<string>
}

/** One topic on one connection: what has come of it, and what may come next. */
export class Place {
  /** The newest id, as a client would send it back. */
  cursor: string | undefined
  over: 'end' | 'expired' | undefined
  readonly #options: PlaceOptions
  readonly #record: TopicRecord
  /** Ephemeral events before this one may have been too early for this client, or lost with others. */
  #liveFrom: number
  readonly #blocks: Block[] = []
  #hello: string | undefined
  /** The number of events before the first one, and before the next one. */
  #from: number | undefined
  #at = 0
  #gaps: number
  #first: PlaceOptions['first']
  #isClosed = false

  constructor(options: PlaceOptions) {
    this.#options = options
    this.#record = options.ledger.record(options.topic)
    this.#liveFrom = this.#record.begun
    this.#gaps = options.gaps
    this.#first = options.first
  }

  get topic(): Topic {
    return this.#options.topic
  }

  get seen(): Set<string> {
    return this.#options.seen
  }

  /** Something has come; the first is a cursor, alone or as that of a reset. */
  take(block: Block): void {
    const isFirst = this.cursor === undefined
    const { event, id, data } = block
    if (isFirst) this.#hello = id
    if (!isFirst || event === 'reset') this.#blocks.push(block)
    else expect([event, data, typeof id]).toEqual([undefined, undefined, 'string'])
    // A reset goes on at the newest event, and it may have been some time on its way.
    if (block.event === 'reset') this.#liveFrom = this.#record.begun
    if (block.event === 'end' || block.event === 'expired') this.over ??= block.event
    this.cursor = block.id ?? this.cursor
  }

  /** Where the client begins: of what it asked for, nothing may be left out. */
  get hello(): string | undefined {
    return this.#hello
  }

  /** Whether all that came has been checked, and nothing more has to come. */
  get isComplete(): boolean {
    if (!this.#isSettled || this.#blocks.length > 0) return false
    if (this.over !== undefined) return true
    const ends = this.#options.hasEnded()
    return !ends && this.#firstDue(this.#at, this.#record.published.length) === undefined
  }

  /** Whatever came since the last look has to be what was published next. */
  check(): void {
    if (!this.#isSettled || this.#hello === undefined) return
    this.#from ??= this.#at = this.#behind(this.#hello)
    for (const block of this.#blocks.splice(0)) {
      expect(this.#isClosed ? block : 'nothing').toBe('nothing')
      this.#isClosed = block.event === 'end' || block.event === 'expired'
      if (block.event === 'reset') this.#reset(block.id ?? '')
      else {
        expect(this.#first).not.toBe('a reset')
        if (block.event === 'end') this.#end()
        else if (block.event === 'expired') this.#expire()
        else this.#event(block)
      }
    }
  }

  #reset(cursor: string): void {
    // A gap that the broker told of is the last excuse: whoever fell behind may still be told of it.
    if (this.#first === 'no reset' && !this.#hasFallenBehind)
      expect(this.#gaps++).toBeLessThan(this.#record.gaps)
    this.#first = 'no reset'
    this.#at = Math.max(this.#at, this.#behind(cursor))
  }

  #end(): void {
    expect(this.#options.hasEnded()).toBe(true)
    // Nothing in a log marks the place of an ephemeral event: the last ones may come too late.
    const last = this.#record.published.findLastIndex(({ cursor }) => cursor !== undefined)
    expect(this.#firstDue(this.#at, last + 1)).toBeUndefined()
  }

  #expire(): void {
    expect(this.#options.until).toBeLessThanOrEqual(Date.now())
  }

  #event({ event, id, data }: Block): void {
    const index = this.#find(data?.slice('<p>'.length, -'</p>'.length))
    const one = this.#record.published[index]
    if (one === undefined || one.kind !== event || one.cursor !== id)
      throw new Error(`Nobody published ${JSON.stringify({ event, id, data })}.`)
    const { until = Infinity, seen, heard } = this.#options
    if (one.at >= until) throw new Error(`${one.text} came after the permission had run out.`)
    if (one.kind === 'typing') {
      if (seen.has(one.text)) throw new Error(`${one.text} came again.`)
      if ((this.#record.heard.get(one.text) ?? Infinity) < heard)
        throw new Error(`${one.text} is from before the client came.`)
      seen.add(one.text)
    }
    if (index < this.#at) {
      // Who has had a later event already is there to hear what is ephemeral and late.
      if (one.kind === 'typing' && index < (this.#from ?? 0)) return
      throw new Error(`${one.text} came late, or again.`)
    }
    expect(this.#firstDue(this.#at, index)).toBeUndefined()
    this.#at = index + 1
  }

  /** Of those that may come next, or else of the others. */
  #find(text: string | undefined): number {
    const { published } = this.#record
    for (let index = this.#at; index < published.length; index++)
      if (published[index]?.text === text) return index
    return published.findIndex((one) => one.text === text)
  }

  /** The first of some events that had to come. */
  #firstDue(from: number, to: number): Published | undefined {
    const { published, lostBefore } = this.#record
    const evicted = published.length - WINDOW
    for (let index = from; index < to; index++) {
      const one = published[index]
      if (one?.kind === 'line') return one
      if (one?.kind === 'typing' && index >= Math.max(this.#liveFrom, lostBefore, evicted + 1))
        return one
      // Of a state, a reader that is behind is spared what has been superseded.
      const newest = published.findLastIndex(({ kind }) => kind === 'state')
      if (one?.kind === 'state' && index === newest) return one
    }
    return undefined
  }

  /** How many events come up to a cursor. */
  #behind(cursor: string): number {
    const isUpTo = (one: Published) =>
      one.cursor !== undefined && (this.#options.ledger.compare(one.cursor, cursor) ?? 1) <= 0
    return this.#record.published.findLastIndex(isUpTo) + 1
  }

  /** Whether the window can have lost an event that the reader has not had. */
  get #hasFallenBehind(): boolean {
    const { published } = this.#record
    const next = published.findIndex(
      ({ cursor }, index) => index >= this.#at && cursor !== undefined,
    )
    return next >= 0 && published.length - next >= WINDOW
  }

  get #isSettled(): boolean {
    return this.#options.ledger.isSettled(this.#options.topic)
  }
}
