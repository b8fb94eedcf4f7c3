import { createFeed, type Feed, type Follower } from './feed.ts'
import { createLine, type Line } from './line.ts'
import { sharedUrl } from './request.ts'
import type { Source } from './source.ts'

/** Where followers get their blocks from. */
export interface Exchange {
  /** From now on the follower gets everything after the cursor of its source. */
  join(follower: Follower, source: Source): void
  leave(follower: Follower): void
  /** Ends every back-off; with `anew`, trusts no connection that seems to be open. */
  wake(anew: boolean): void
}

/** The most topics that the server takes on one connection. */
const TOPICS = 100
/** nginx takes a request line of 8 kB unless told otherwise (large_client_header_buffers). */
const LONGEST = 7_000

/** Makes one connection do for all topics. */
export function createExchange(): Exchange {
  const feeds = new Set<Feed>()
  /** The first is the one; others bring up a feed that is behind another of its topic. */
  const shared = new Set<Line>()

  function lineFor({ topic }: Source): Line {
    if (!topic) return createLine(false)
    for (const line of shared) {
      const { feeds: taken } = line
      if (taken.has(topic) || taken.size === TOPICS) continue
      if (sharedUrl(taken.values()).length < LONGEST) return line
    }
    const line = createLine(true)
    shared.add(line)
    return line
  }

  function drop(feed: Feed): void {
    const { line, source } = feed
    feeds.delete(feed)
    line.feeds.delete(source.topic)
    if (line.feeds.size > 0) return line.refresh()
    line.close()
    shared.delete(line)
  }

  /** A feed ends as soon as an older one of its topic has what it lacks. */
  function merge({ source: { topic } }: Feed): void {
    const [main, ...others] = [...feeds].filter(({ source }) => topic && source.topic === topic)
    for (const late of others) {
      for (const follower of late.followers)
        if (main!.adopt(follower, late.cursor)) late.followers.delete(follower)
      if (late.followers.size === 0) drop(late)
    }
  }

  return {
    join(follower, source) {
      const { topic, cursor } = source
      for (const feed of feeds)
        if (topic && feed.source.topic === topic && feed.adopt(follower, cursor)) return
      const feed = createFeed(source, lineFor(source), merge)
      feed.followers.add(follower)
      feeds.add(feed)
      feed.line.feeds.set(topic, feed)
      feed.line.refresh()
    },
    leave(follower) {
      for (const feed of feeds)
        if (feed.followers.delete(follower) && feed.followers.size === 0) drop(feed)
    },
    wake(anew) {
      for (const { line } of feeds) line.wake(anew)
    },
  }
}
