import type { Exchange } from './exchange.ts'
import type { Follower } from './feed.ts'
import type { LeaderMessage, TabRequest } from './tab-message.ts'

/** What other tabs follow, while this one leads. */
export interface RemoteFollowers {
  /** Answers whether the tab is a new one. */
  join(request: TabRequest & { type: 'join' }): boolean
  leave(request: TabRequest & { type: 'leave' }): void
  /** A tab is gone. */
  forget(tab: string): void
  /** This one does not lead any more. */
  forgetAll(): void
}

/** A message before it has the name of its tab. */
type Saying = LeaderMessage extends infer Message
  ? Message extends { from: string }
    ? Omit<Message, 'from'>
    : never
  : never

/** Follows for other tabs through an exchange, and tells them what comes. */
export function createRemoteFollowers(
  exchange: Exchange,
  say: (message: Saying) => void,
): RemoteFollowers {
  const tabs = new Map<string, Map<number, Follower>>()

  function leave({ tab, id }: { readonly tab: string; readonly id: number }): void {
    const follower = tabs.get(tab)?.get(id)
    if (follower === undefined) return
    exchange.leave(follower)
    tabs.get(tab)?.delete(id)
  }

  function forget(tab: string): void {
    for (const follower of tabs.get(tab)?.values() ?? []) exchange.leave(follower)
    tabs.delete(tab)
  }

  return {
    join({ tab, id, topic, cursor, wasOpen }) {
      leave({ tab, id })
      const follower: Follower = {
        receive: (block) => say({ type: 'block', tab, id, block }),
        live(state, detail = {}) {
          // Not everything that is thrown can be sent.
          const { error, ...rest } = detail
          const sent = error instanceof Error ? { ...rest, error: error.message } : rest
          say({ type: 'live', tab, id, state, detail: sent })
        },
      }
      const isNew = !tabs.has(tab)
      const followers = tabs.get(tab) ?? new Map<number, Follower>()
      tabs.set(tab, followers.set(id, follower))
      const url = new URL(`/sse/${topic}`, location.href)
      exchange.join(follower, {
        url,
        topic,
        cursor,
        isRivulet: true,
        wasOpen,
        access: { mode: 'same-origin' },
      })
      return isNew
    },
    leave,
    forget,
    forgetAll() {
      for (const tab of tabs.keys()) forget(tab)
    },
  }
}
