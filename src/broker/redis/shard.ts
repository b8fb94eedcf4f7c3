import type { Entry, Listener, PublishOptions } from '../broker.ts'
import type { Connection } from './connection.ts'
import type { Connector } from './connector.ts'
import { Feed, fieldsOf, type RawEntry } from './feed.ts'
import { type Greeting, readGreeting } from './greeting.ts'
import { Link } from './link.ts'
import { comparePlaces, cursorOf, idOf, type Place, placeOf } from './place.ts'
import type { RedisSettings } from './settings.ts'
import type { Standing } from './standing.ts'
import { type Heard, Subscription, type View } from './subscription.ts'

/** Logs that are read at a time after the feed was lost. */
const AT_ONCE = 64
/** Milliseconds that replicas are waited for: everything else on the connection waits along. */
const WAIT = 1_000

/** The topics whose keys lie in one slot: their events come in one feed and have one order. */
export class Shard {
  readonly #tag: string
  readonly #index: number
  readonly #settings: RedisSettings
  readonly #connector: Connector
  readonly #standing: Standing
  readonly #link: Link
  readonly #topics = new Map<string, Set<Subscription>>()
  #feed: Feed | undefined
  /** The newest event that this process knows to be in the log, its own or another's. */
  #known: Place | undefined

  constructor(index: number, settings: RedisSettings, connector: Connector, standing: Standing) {
    this.#index = index
    this.#tag = `{${settings.prefix}:${index}}`
    this.#settings = settings
    this.#connector = connector
    this.#standing = standing
    this.#link = new Link({ ...this.#kept('commands'), timeout: settings.timeout })
  }

  /** The epoch, as far as it is known here. */
  get epoch(): string | undefined {
    return this.#known?.epoch
  }

  async publish(topic: string, text: string, options: PublishOptions): Promise<Place> {
    const { retention, key = '', ephemeral = false } = options
    const keep = [retention.events, retention.age, retention.bytes].map(bounded)
    const args = [topic, text, text.length, key, ephemeral ? 1 : '', ...keep]
    const { replicas } = this.#settings
    const place = await this.#link.run(async (connection) => {
      const answer = await connection.script(this.#tag, ...this.#operation('publish'), ...args)
      if (replicas === 0) return readPlace(answer)
      const have = Number(await connection.call('WAIT', replicas, WAIT))
      if (have >= replicas) return readPlace(answer)
      throw new Error(`the server has it, but only ${have} of ${replicas} replicas`)
    })
    this.#learn(place)
    return place
  }

  /** What is retained, all or after a place; `null` is a place that nobody knows. */
  async look(topic: string, after?: Place | null): Promise<View> {
    const from = after === undefined ? ['', ''] : [after?.epoch ?? '', after ? idOf(after) : '0-0']
    const answer = await this.#link.run((connection) =>
      connection.script(this.#tag, ...this.#operation('read'), topic, ...from),
    )
    const [, , entries] = answer as [string, string, RawEntry[]?]
    const place = readPlace(answer)
    return { place, entries: entries?.flatMap((entry) => this.#readEntry(topic, place, entry)) }
  }

  async subscribe(
    topic: string,
    after: Place | undefined,
    listener: Listener,
  ): Promise<() => void> {
    const subscription = new Subscription(topic, after, listener)
    const topics = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, topics.add(subscription))
    const feed = (this.#feed ??= this.#follow())
    try {
      await this.#link.run(() => feed.started)
      await subscription.catchUp((name, from) => this.look(name, from))
    } catch (error) {
      this.#remove(subscription)
      throw error
    }
    return () => this.#remove(subscription)
  }

  close(): void {
    for (const subscription of this.#all()) subscription.end()
    this.#topics.clear()
    this.#feed?.close()
    this.#link.close()
  }

  #remove(subscription: Subscription): void {
    subscription.end()
    const topics = this.#topics.get(subscription.topic)
    topics?.delete(subscription)
    if (topics?.size === 0) this.#topics.delete(subscription.topic)
    if (this.#topics.size > 0) return
    this.#feed?.close()
    this.#feed = undefined
  }

  #follow(): Feed {
    const tell = (heard: Heard, subscriptions: Iterable<Subscription>): void => {
      this.#learn(heard.place)
      for (const subscription of subscriptions) subscription.hear(heard)
    }
    return new Feed({
      ...this.#kept('feed'),
      tag: this.#tag,
      drain: (connection) => connection.script(this.#tag, ...this.#operation('drain')),
      reader: {
        event: (topic, entry, place) => {
          this.#standing.heard(place.ms)
          tell({ place, entry }, this.#topics.get(topic) ?? [])
        },
        turn: (place) => tell({ place, entry: undefined }, this.#all()),
        fellBehind: (place) => {
          for (const subscription of this.#all()) subscription.fallBehind(place)
        },
        catchUp: () => this.#catchUp(),
        badRecord: (why) => this.#standing.badRecord(`${this.#tag}:feed`, why),
      },
    })
  }

  async #catchUp(): Promise<void> {
    const behind = [...this.#all()].filter(({ isBehind }) => isBehind)
    const next = async (): Promise<void> => {
      for (let one = behind.pop(); one !== undefined; one = behind.pop()) {
        await one.catchUp((topic, from) => this.look(topic, from))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next))
  }

  *#all(): Generator<Subscription> {
    for (const subscriptions of this.#topics.values()) yield* subscriptions
  }

  #kept(name: string) {
    return {
      name: `${this.#tag} ${name}`,
      standing: this.#standing,
      open: (signal: AbortSignal) => this.#connector.open(this.#tag, signal),
      greet: (connection: Connection) => this.#greet(connection),
    }
  }

  async #greet(connection: Connection): Promise<Greeting> {
    const known = this.#known
    const args = [known?.epoch ?? '', known ? idOf(known) : '']
    const greeting = readGreeting(
      await connection.script(this.#tag, ...this.#operation('hello'), ...args),
    )
    if (greeting.evicts !== undefined) this.#standing.warnOfEviction(greeting.evicts)
    this.#learn(greeting.place)
    return greeting
  }

  #learn(place: Place): void {
    const known = this.#known
    if (known?.epoch !== place.epoch || comparePlaces(known, place) < 0) this.#known = place
  }

  #operation(name: string): (string | number)[] {
    const { feedEvents, feedBytes, shards } = this.#settings
    return [name, feedEvents, feedBytes, shards, this.#index]
  }

  #readEntry(
    topic: string,
    { epoch }: Place,
    [id, list]: RawEntry,
  ): { entry: Entry; place: Place }[] {
    const text = fieldsOf(list).get('text')
    const place = placeOf(epoch, id)
    if (text !== undefined) return [{ entry: { cursor: cursorOf(place), text }, place }]
    this.#standing.badRecord(`${this.#tag}:t:${topic}`, `the entry ${id} has no text`)
    return []
  }
}

function readPlace(answer: unknown): Place {
  const [epoch, id] = answer as [string, string]
  return placeOf(epoch, id)
}

/** Infinity means as much as Redis can count. */
function bounded(number: number): number {
  return Math.max(0, Math.min(Math.floor(number), 1e15))
}
