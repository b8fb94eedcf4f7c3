import type { Msg } from '@nats-io/transport-node'
import { attach } from './attachment.ts'
import type { Delivery } from './delivery.ts'
import type { NatsLink } from './link.ts'
import type { Settings } from './options.ts'
import { pause } from './pause.ts'
import type { Session } from './session.ts'
import type { StreamState } from './stream.ts'
import { ephemeralPrefix } from './subject.ts'
import { unlessLost } from './unless-lost.ts'

/** Who hears what the feed brings. None of this may throw: it would end the client's reading. */
export interface Audience {
  /** A record of the stream, in order, each once. */
  record(delivery: Delivery, message: Msg, caughtUp: number): void
  ephemeral(message: Msg): void
  /** Records are lost; it goes on after this sequence number. */
  gap(seq: number): void
  /** It begins at the stream's head: nothing is known of what came before. */
  begin(): void
}

/** Milliseconds before it is attached again, after a failure. */
const RETRY = 250

/**
 * Everything that happens in the app, in the order of the stream: one consumer per process, whatever
 * the number of topics. It runs while there is a listener, and after a loss of the link it goes on
 * from where it stood.
 */
export class NatsFeed {
  /** The newest record that was heard. */
  position = 0
  /**
   * The newest record that was heard while the stream had no other. What is before it was heard
   * before it could be trimmed.
   */
  caughtUp = 0
  /** Why nothing is heard just now. */
  problem: string | undefined
  /** Milliseconds from the newest record's entry into the stream until it was heard. */
  lag: number | undefined
  readonly #link: NatsLink
  readonly #inspect: (session: Session) => Promise<StreamState>
  readonly #audience: Audience
  readonly #settings: Settings
  #running: AbortController | undefined
  #started = Promise.withResolvers<void>()
  #live = false
  #epoch = ''
  /** When the record at the position was stored, if it was heard. */
  #stamp = ''
  /** The record before a hole in the sequence of which nobody knows yet whether anything was lost in it. */
  #jumped: number | undefined
  #jumps = 0
  #verifying = false

  constructor(
    link: NatsLink,
    inspect: (session: Session) => Promise<StreamState>,
    audience: Audience,
    settings: Settings,
  ) {
    this.#settings = settings
    this.#link = link
    this.#inspect = inspect
    this.#audience = audience
  }

  /** Whether all that is published from now on will be heard, sooner or later. */
  get live(): boolean {
    return this.#live
  }

  /** Resolves once it is live. */
  start(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = new AbortController()
      this.#started = Promise.withResolvers()
      void this.#run(this.#running.signal)
    }
    return this.#started.promise
  }

  stop(): void {
    this.#running?.abort()
    this.#running = undefined
    this.#live = false
    this.problem = undefined
  }

  async #run(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      try {
        const session = await this.#link.session()
        const state = await unlessLost(this.#inspect(session), session.lost)
        if (stopped.aborted) return
        this.#place(state)
        const attachment = await attach(session, stopped, {
          from: this.#stamp === '' ? this.position + 1 : this.position,
          filter: state.shared ? `${this.#settings.prefix}.>` : undefined,
          ephemeral: `${ephemeralPrefix(this.#settings.prefix)}.>`,
          record: (delivery, message) => this.#record(session, delivery, message),
          hearEphemeral: (message) => this.#audience.ephemeral(message),
        })
        if (stopped.aborted) return
        this.problem = undefined
        this.#started.resolve()
        const reason = await attachment.ended
        if (!stopped.aborted) this.problem = reason
      } catch (error) {
        if (!stopped.aborted) this.problem = (error as Error).message
      }
      await pause(RETRY, stopped)
    }
  }

  /** Finds its place in the stream, and tells what is missing there. */
  #place({ epoch, first, last }: StreamState): void {
    const known = this.#live && epoch === this.#epoch
    const heard = Math.min(this.position, this.#jumped ?? this.position)
    if (!this.#live) this.position = this.caughtUp = last
    const begins = !this.#live
    this.#live = true
    this.#epoch = epoch
    if (begins || !known || last < this.position) this.#stamp = ''
    this.#jumped = undefined
    if (begins) return this.#audience.begin()
    // Another stream; or it lost its end, to a power failure; or its beginning, to its limits.
    if (!known) this.#goOnAfter(first - 1)
    else if (last < this.position) this.#goOnAfter(last)
    else if (first > heard + 1) this.#goOnAfter(Math.max(first - 1, this.position))
  }

  #goOnAfter(seq: number): void {
    this.position = this.caughtUp = seq
    this.#stamp = ''
    this.#audience.gap(seq)
  }

  #record(session: Session, delivery: Delivery, message: Msg): void {
    const { seq, stamp, pending, at } = delivery
    if (seq <= this.position) {
      // The last one before the break again: if it is another one, the stream's end was rewritten.
      if (seq < this.position || stamp === this.#stamp) return
      this.#goOnAfter(seq - 1)
    }
    if (seq > this.position + 1) this.#jump(session)
    this.position = seq
    this.#stamp = stamp
    this.lag = Math.max(0, Date.now() - at)
    this.#audience.record(delivery, message, this.caughtUp)
    if (pending === 0) this.caughtUp = seq
  }

  /**
   * What is missing in the sequence was deleted by a broker, which leaves word of it, or is beyond
   * the stream's limits: then its first sequence number is beyond it, too.
   */
  #jump(session: Session): void {
    this.#jumped ??= this.position
    this.#jumps++
    if (this.#verifying) return
    this.#verifying = true
    void this.#verify(session).finally(() => {
      this.#verifying = false
    })
  }

  /** Without an answer the link is lost, and it is asked again with the next one. */
  async #verify(session: Session): Promise<void> {
    while (this.#jumped !== undefined && !session.lost.aborted) {
      const [from, jumps] = [this.#jumped, this.#jumps]
      try {
        const { first } = await unlessLost(this.#inspect(session), session.lost)
        if (jumps !== this.#jumps || this.#jumped !== from) continue
        this.#jumped = undefined
        this.problem = undefined
        if (first > from + 1) this.#audience.gap(this.position)
      } catch (error) {
        this.problem ??= (error as Error).message
        await pause(RETRY, session.lost)
      }
    }
  }
}
