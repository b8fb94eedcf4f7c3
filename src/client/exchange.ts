import { createFeed, type Feed, type Follower } from './feed.ts'
import { createLine, type Line } from './line.ts'
import { sharedUrl } from './request.ts'
import { settings } from './settings.ts'
import type { Source } from './source.ts'

/** Where followers get their blocks from. */
export interface Exchange {
  /** From now on the follower gets everything after the cursor of its source. */
  join(follower: Follower, source: Source): void
  leave(follower: Follower): void
  /** Ends every back-off; with `anew`, trusts no connection that seems to be open. */
  wake(anew: boolean): void
}

/** Makes one connection do for all topics. */
export function createExchange(): Exchange {
  const feeds = new Set<Feed>()
  /**
   * Of those that are shared, the first is the one; others bring up a feed that is behind another of its
   * topic.
   */
  const lines = new Set<Line>()

  function lineFor({ topic }: Source): Line {
    if (topic)
      for (const line of lines) {
        const { feeds: taken } = line
        if (
          !taken.has(topic) &&
          !taken.has(false) &&
          taken.size < settings.topics &&
          // nginx takes a request line of 8 kB unless told otherwise (large_client_header_buffers), and
          // one more topic is added to what is measured.
          sharedUrl(taken.values()).length < 5_000
        )
          return line
      }
    const line = createLine(!!topic)
    lines.add(line)
    return line
  }

  /** A feed that nobody follows any more is dropped. */
  function leave(feed: Feed, follower: Follower): void {
    const { line, source, followers } = feed
    if (!followers.delete(follower) || followers.size > 0) return
    feeds.delete(feed)
    line.feeds.delete(source.topic)
    if (line.feeds.size > 0) return line.refresh()
    line.close()
    lines.delete(line)
  }

  /** A feed ends as soon as an older one of its topic has what it lacks. */
  function merge({ source: { topic } }: Feed): void {
    let main: Feed | undefined
    for (const feed of feeds)
      if (topic && feed.source.topic === topic) {
        for (const follower of feed.followers)
          if (main?.adopt(follower, feed.cursor)) leave(feed, follower)
        main ??= feed
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
      for (const feed of feeds) leave(feed, follower)
    },
    wake(anew) {
      for (const line of lines) line.wake(anew)
    },
  }
}
