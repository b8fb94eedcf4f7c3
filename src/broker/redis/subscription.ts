import type { Entry, Listener } from '../broker.ts'
import { comparePlaces, cursorOf, type Place } from './place.ts'

/** What the feed says about a topic: an event, or without an entry that another epoch begins. */
export interface Heard {
  readonly place: Place
  readonly entry: Entry | undefined
}

/** What a log retains after a place, up to `place`; without entries it cannot tell. */
export interface View {
  readonly place: Place
  readonly entries: readonly { readonly entry: Entry; readonly place: Place }[] | undefined
}

/** Reads a log, after a place; after `null`, it knows nothing of what came after. */
export type Look = (topic: string, after: Place | null) => Promise<View>

/**
 * One listener, and how far it has heard. It follows the feed from where it stands; while that place
 * is not in the feed it is behind, and what comes waits until the topic's log was read.
 */
export class Subscription {
  readonly topic: string
  readonly #listener: Listener
  #place: Place | undefined
  #waiting: Heard[] | undefined = []
  #ended = false
  /** How often the feed has lost something. */
  #losses = 0
  #catchingUp: Promise<void> | undefined

  /** It is behind at first; `place` is `undefined` where nobody knows what came after. */
  constructor(topic: string, place: Place | undefined, listener: Listener) {
    this.topic = topic
    this.#place = place
    this.#listener = listener
  }

  get isBehind(): boolean {
    return this.#waiting !== undefined && !this.#ended
  }

  /** Nothing is heard any more. */
  end(): void {
    this.#ended = true
    this.#waiting = []
  }

  /** The feed has lost what came after a place, up to which it was heard whole. */
  fallBehind(place: Place): void {
    this.#losses++
    // While it is behind, the feed may be ahead of it.
    if (this.#waiting !== undefined) return
    this.#waiting = []
    const mine = this.#place
    if (mine?.epoch === place.epoch && comparePlaces(mine, place) < 0) this.#place = place
  }

  /** The next of the feed. */
  hear(heard: Heard): void {
    if (this.#ended) return
    if (this.#waiting !== undefined) {
      this.#waiting.push(heard)
      return
    }
    const { place, entry } = heard
    if (place.epoch === this.#place?.epoch) {
      // What the log has already said comes again in the feed.
      if (entry === undefined || comparePlaces(place, this.#place) <= 0) return
      this.#place = place
      this.#tell(() => this.#listener.next(entry))
    } else if (entry === undefined) {
      this.#place = place
      this.#tell(() => this.#listener.gap(cursorOf(place)))
    }
  }

  /** Hears what the topic's log says, then what the feed said meanwhile, and follows the feed. */
  catchUp(look: Look): Promise<void> {
    this.#catchingUp ??= this.#catchUp(look).finally(() => (this.#catchingUp = undefined))
    return this.#catchingUp
  }

  async #catchUp(look: Look): Promise<void> {
    for (let losses = -1; losses !== this.#losses;) {
      losses = this.#losses
      const { place, entries } = await look(this.topic, this.#place ?? null)
      if (entries === undefined) this.#tell(() => this.#listener.gap(cursorOf(place)))
      for (const { entry } of entries ?? []) this.#tell(() => this.#listener.next(entry))
      this.#place = place
    }
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const heard of waiting) this.hear(heard)
  }

  /** A listener that throws must not keep the others from hearing. */
  #tell(call: () => void): void {
    if (this.#ended) return
    try {
      call()
    } catch (error) {
      console.error(`A listener of ${this.topic} has failed.\n`, error)
    }
  }
}
