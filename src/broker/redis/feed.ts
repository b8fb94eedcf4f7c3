import type { Entry } from '../broker.ts'
import type { Connection } from './connection.ts'
import type { Greeting } from './greeting.ts'
import { keepConnected, type Kept } from './keep-connected.ts'
import { comparePlaces, cursorOf, idOf, type Place, placeOf } from './place.ts'

/** The longest that the server keeps us waiting for an event, in milliseconds: so often a link is seen to be alive. */
const BLOCK = 2_000
/** Entries of one answer. */
const COUNT = 256

/** Who wants to know what the feed says. */
export interface FeedReader {
  event(topic: string, entry: Entry, place: Place): void
  /** Another epoch goes on after a place. */
  turn(place: Place): void
  /** What came after a place is lost to the feed, but not to the logs. */
  fellBehind(place: Place): void
  /** Resolves when everybody who is behind has what the logs say. */
  catchUp(): Promise<void>
  /** An entry is no event. */
  badRecord(why: string): void
}

export interface FeedOptions extends Omit<Kept, 'use' | 'signal'> {
  readonly tag: string
  readonly greet: (connection: Connection) => Promise<Greeting>
  /** Turns what is in the inbox into events. */
  readonly drain: (connection: Connection) => Promise<unknown>
  readonly reader: FeedReader
}

/**
 * Follows the feed of a shard, with the one read of this process that waits: whatever topics are
 * listened to, all come this way. Entries are numbered, so a missing one is noticed.
 */
export class Feed {
  /** Resolves once the feed is followed: whatever is published from then on is heard. */
  readonly started: Promise<void>
  readonly #options: FeedOptions
  readonly #end = new AbortController()
  #place: Place | undefined
  /** The id of the place as the server gave it: one of somebody else's may be too large for a number. */
  #id = '$'
  /** The number of the entry at the place. */
  #number = 0
  /** Ephemeral events up to here came while nobody was connected. */
  #live: Place | undefined

  constructor(options: FeedOptions) {
    this.#options = options
    const { promise, resolve } = Promise.withResolvers<void>()
    this.started = promise
    const use = async (connection: Connection, up: () => void): Promise<void> => {
      this.#goOnFrom(await options.greet(connection))
      up()
      resolve()
      await options.reader.catchUp()
      for (;;) await this.#read(connection)
    }
    void keepConnected({ ...options, use, signal: this.#end.signal })
  }

  close(): void {
    this.#end.abort()
  }

  #goOnFrom({ place, number }: Greeting): void {
    this.#live = place
    if (this.#place?.epoch === place.epoch) return
    const before = this.#place
    this.#moveTo(place, number)
    if (before !== undefined) this.#options.reader.turn(place)
  }

  #moveTo(place: Place, number: number): void {
    this.#place = place
    this.#id = idOf(place)
    this.#number = number
  }

  async #read(connection: Connection): Promise<void> {
    const { tag } = this.#options
    const [feed, inbox] = [`${tag}:feed`, `${tag}:in`]
    // The inbox from its beginning: what is in it has still to be done, by whoever comes first.
    const read = ['COUNT', COUNT, 'BLOCK', BLOCK, 'STREAMS', feed, inbox, this.#id, '0-0'] as const
    const streams = ((await connection.call('XREAD', ...read)) ?? []) as [string, RawEntry[]][]
    for (const [stream, entries] of streams) {
      if (stream === inbox) await this.#options.drain(connection)
      else if (!this.#take(entries)) await this.#skip(connection)
    }
  }

  /** Takes entries in; `false` when one is missing before them. */
  #take(entries: readonly RawEntry[]): boolean {
    for (const [id, list] of entries) {
      if (this.#place === undefined) return false
      const fields = fieldsOf(list)
      const place = placeOf(fields.get('epoch') ?? this.#place.epoch, id)
      const number = fields.get('n')
      const isOurs = number !== undefined && /^\d{1,16}$/.test(number)
      const begins = fields.has('epoch')
      if (isOurs && !begins && Number(number) !== this.#number + 1) return false
      this.#place = { ...place, epoch: this.#place.epoch }
      this.#id = id
      if (isOurs) this.#number = Number(number)
      this.#tell(place, fields, isOurs)
    }
    return true
  }

  #tell(place: Place, fields: ReadonlyMap<string, string>, isOurs: boolean): void {
    const { reader } = this.#options
    const [topic, text, refused] = [fields.get('topic'), fields.get('text'), fields.get('refused')]
    if (!isOurs) reader.badRecord(`the entry ${idOf(place)} has no number`)
    else if (fields.has('epoch')) {
      this.#place = place
      reader.turn(place)
    } else if (refused !== undefined) reader.badRecord(`${fields.get('id')}: ${refused}`)
    else if (topic !== undefined && text !== undefined) {
      const ephemeral = fields.has('ephemeral')
      if (ephemeral && this.#live !== undefined && comparePlaces(place, this.#live) <= 0) return
      reader.event(topic, { cursor: ephemeral ? undefined : cursorOf(place), text }, place)
    }
  }

  /** Goes to the end of the feed; who listens has the rest from the logs. */
  async #skip(connection: Connection): Promise<void> {
    const { greet, reader } = this.#options
    const greeting = await greet(connection)
    const before = this.#place
    if (before?.epoch === greeting.place.epoch) {
      this.#moveTo(greeting.place, greeting.number)
      reader.fellBehind(before)
    }
    this.#goOnFrom(greeting)
    await reader.catchUp()
  }
}

/** An id, and names and values in turn. */
export type RawEntry = readonly [string, readonly string[]]

/** The fields of an entry; of two with one name the last. */
export function fieldsOf(list: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (let at = 0; at + 1 < list.length; at += 2) fields.set(list[at] ?? '', list[at + 1] ?? '')
  return fields
}
