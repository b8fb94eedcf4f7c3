import type { Exchange } from './exchange.ts'
import type { Follower } from './feed.ts'
import { type Leadership, standForLead } from './leadership.ts'
import { createRemoteFollowers } from './remote-followers.ts'
import type { Source } from './source.ts'
import type { LeaderMessage, TabRequest } from './tab-message.ts'

/** A follower of this tab, and what it has so far. */
interface Entry {
  id: number
  readonly source: Source
  readonly topic: string
  /** Passes on to the follower, and notes the cursor. */
  readonly follower: Follower
  cursor: string | null
}

/** Milliseconds between two questions to the leader whether it is still there. */
const ASK = 15_000
/** Milliseconds that it may take to answer. */
const ANSWER = 3_000
/** Milliseconds after which one that leads answers a tab that says so, too. */
const INSIST = 100

/**
 * Makes an exchange that this tab has in common with the other tabs of its group. One of them leads,
 * and follows for all of them through its own exchange; the others hear from it.
 *
 * When the lead passes on, the new leader says so, and all tell it what they follow, and from which
 * cursor on.
 */
export function createTabExchange(own: Exchange, group: string): Exchange {
  /** A new name whenever it takes part again: the lock of the old one may have been waited for. */
  let tab = ''
  const entries = new Map<Follower, Entry>()
  const remote = createRemoteFollowers(own, (message) => post({ ...message, from: tab }))
  let count = 0
  let channel: BroadcastChannel | undefined
  let leadership: Leadership | undefined
  let isLeading = false
  /** Before the tab is known by its name, a leader could not tell when it is gone. */
  let isKnown = false
  /** Whom this tab hears; one that another has taken the lead from may still be on the air. */
  let leader: string | undefined
  /** Runs out when the leader does not answer. */
  let patience: ReturnType<typeof setTimeout> | undefined
  /** Whether the answer is for this tab, too. */
  let hasAsked = false
  /** Until this tab says once more that it leads. */
  let insistence: ReturnType<typeof setTimeout> | undefined

  function post(message: TabRequest | LeaderMessage): void {
    channel?.postMessage(message)
  }

  function start(): void {
    tab = crypto.randomUUID()
    channel = new BroadcastChannel(group)
    channel.onmessage = ({ data }: MessageEvent<TabRequest | LeaderMessage>) => {
      if ('from' in data) hear(data)
      else if (isLeading) serve(data)
    }
    leadership = standForLead({ group, tab, onLead: lead, onLost: lose })
    void leadership.isKnown.then(() => {
      isKnown = true
      if (!isLeading) for (const entry of entries.values()) follow(entry)
      ask()
    })
  }

  /** A page that is left lets go of everything: it may be kept as it is, or be gone. */
  function stop(): void {
    calm()
    resign()
    leadership?.stop()
    channel?.close()
    channel = leadership = leader = undefined
    isKnown = false
  }

  function lead(): void {
    if (isLeading) return
    isLeading = true
    calm()
    // What the last one still says comes by this tab's own connection as well.
    leader = tab
    for (const entry of entries.values()) follow(entry)
    post({ type: 'lead', from: tab })
  }

  function resign(): void {
    if (!isLeading) return
    isLeading = false
    for (const { follower } of entries.values()) own.leave(follower)
    remote.forgetAll()
  }

  /** Whoever has the lead now may have said so before. */
  function lose(): void {
    resign()
    if (leader === tab) leader = undefined
    for (const entry of entries.values()) follow(entry)
  }

  function follow(entry: Entry): void {
    const { follower, source, topic, cursor } = entry
    const { wasOpen = false } = source
    if (isLeading) own.join(follower, { ...source, cursor })
    else if (isKnown) {
      // A leader may have heard of it before it was heard itself: what it says to that is too much.
      post({ type: 'leave', tab, id: entry.id })
      post({ type: 'join', tab, id: (entry.id = ++count), topic, cursor, wasOpen })
    }
  }

  /** What the leader does for other tabs. */
  function serve(request: TabRequest): void {
    if (request.type === 'wake') own.wake(false)
    else if (request.type === 'ask') post({ type: 'here', from: tab, isHidden: document.hidden })
    else if (request.type === 'leave') remote.leave(request)
    else if (remote.join(request)) leadership?.watch(request.tab, () => remote.forget(request.tab))
  }

  /** What the others hear from it. */
  function hear(message: LeaderMessage): void {
    if (message.type === 'lead') leader = message.from
    if (isLeading) {
      // Who leads is for the lock to say: what is said comes in no order with that. One that had the lead
      // for a moment may be taken for the leader by others now.
      if (message.type !== 'lead') return
      clearTimeout(insistence)
      insistence = setTimeout(() => isLeading && post({ type: 'lead', from: tab }), INSIST)
      return
    }
    leader ??= message.from
    if (message.from !== leader) return
    calm()
    if (message.type === 'lead') {
      for (const entry of entries.values()) follow(entry)
    } else if (message.type === 'here') {
      // The timers of a hidden page run once a minute, after a while.
      if (hasAsked && message.isHidden && !document.hidden) leadership?.steal()
      hasAsked = false
    } else if (message.tab === tab) {
      const entry = [...entries.values()].find(({ id }) => id === message.id)
      if (message.type === 'block') return entry?.follower.receive(message.block)
      entry?.follower.live(message.state, message.detail)
    }
  }

  /** A leader that the browser has frozen holds its lock and says nothing. */
  function ask(): void {
    if (isLeading || document.hidden || entries.size === 0 || patience !== undefined) return
    post({ type: 'ask' })
    hasAsked = true
    patience = setTimeout(() => {
      calm()
      leadership?.steal()
    }, ANSWER)
  }

  function calm(): void {
    clearTimeout(patience)
    patience = undefined
  }

  setInterval(ask, ASK)
  document.addEventListener('visibilitychange', ask)
  addEventListener('pagehide', stop)

  return {
    join(follower, source) {
      const { topic, cursor } = source
      if (!topic) return own.join(follower, source)
      if (channel === undefined) start()
      const entry: Entry = {
        id: ++count,
        source,
        topic,
        cursor,
        follower: {
          receive(block) {
            entry.cursor = block.id ?? entry.cursor
            follower.receive(block)
          },
          live(state, detail) {
            source.wasOpen ||= state === 'open'
            follower.live(state, detail)
          },
        },
      }
      entries.set(follower, entry)
      follow(entry)
    },
    leave(follower) {
      const entry = entries.get(follower)
      if (entry === undefined) return own.leave(follower)
      entries.delete(follower)
      if (isLeading) own.leave(entry.follower)
      else post({ type: 'leave', tab, id: entry.id })
    },
    wake(anew) {
      own.wake(anew)
      // Of another network the leader is told by its browser.
      if (!isLeading) post({ type: 'wake' })
    },
  }
}
