import type { Block } from './event-parser.ts'
import { isFinal } from './is-final.ts'
import type { Line } from './line.ts'
import type { Source } from './source.ts'

/** How a part of the page stands, as its `data-live` says. */
export type Live = 'connecting' | 'open' | 'waiting' | 'ended' | 'denied'

/** Who listens to a feed: a part of this page, or another tab. */
export interface Follower {
  receive(block: Block): void
  /** Told of every change, and of errors in between. */
  live(state: Live | 'error', detail?: LiveDetail): void
}

/** More about a change. */
export interface LiveDetail {
  /** What the server has answered. */
  readonly status?: number
  readonly type?: string | null
  /** What `fetch` has failed with. */
  readonly error?: unknown
  /** Milliseconds until the next attempt, after so many failures in a row. */
  readonly delay?: number
  readonly failures?: number
}

/** A topic, or a URL, from a cursor on: each block goes to every follower, once. */
export interface Feed {
  readonly source: Source
  readonly line: Line
  readonly followers: Set<Follower>
  /** The last event that came, and so the place to go on from. */
  readonly cursor: string | null
  /** Takes a block that came by a connection. */
  take(block: Block, connection: object): void
  /** Tells the followers how it stands. */
  live(state: Live | 'error', detail?: LiveDetail): void
  /** Takes in a follower that has everything up to a cursor, and answers `true`, if the feed knows what came since. */
  adopt(follower: Follower, cursor: string | null): true | undefined
}

/** Makes a feed that stands at the cursor of its source; `onTaken` is called after each block. */
export function createFeed(source: Source, line: Line, onTaken: (feed: Feed) => void): Feed {
  const followers = new Set<Follower>()
  /**
   * The last 256 blocks by id, each with the connection that it came by: to know one that comes again,
   * and to bring a late follower up to date.
   */
  const recent = new Map<string, readonly [connection: object, block?: Block]>()
  let { cursor } = source
  let now: Live | undefined
  if (cursor) recent.set(cursor, [source])

  const feed: Feed = {
    source,
    line,
    followers,
    get cursor() {
      return cursor
    },
    live(state, detail) {
      if (state !== 'error') now = state
      if (state === 'open') source.wasOpen = true
      for (const follower of followers) follower.live(state, detail)
    },
    take(block, connection) {
      const { event, data, id } = block
      if (source.topic && event === 'denied') {
        const status = +data!
        if (isFinal(status)) return feed.live(event, { status })
        // What has failed for this one may be well again soon.
        line.retry()
        return feed.live('waiting')
      }
      feed.live('open')
      // Where events are lost, a greeting has the cursor behind the gap, and the `reset` comes later.
      if (source.isRivulet && cursor && data === undefined) return
      // What was before a gap says nothing any more.
      if (event === 'reset') recent.clear()
      if (id !== undefined) {
        // A connection may send an id twice, for several events of one moment; what comes again by
        // another connection is here already.
        if (source.isRivulet && (recent.get(id)?.[0] ?? connection) !== connection) return
        recent.set(id, [connection, block])
        cursor = id
        while (recent.size > 256 && !line.overlaps()) recent.delete(recent.keys().next().value!)
      }
      // Not those that the block itself brings along: they have it.
      for (const follower of Array.from(followers)) follower.receive(block)
      onTaken(feed)
    },
    adopt(follower, from) {
      if (from && !recent.has(from)) return
      followers.add(follower)
      if (now) follower.live(now)
      let isNew = false
      for (const [id, [, block]] of recent) {
        if (isNew && block) follower.receive(block)
        isNew ||= id === from
      }
      return true
    },
  }
  return feed
}
