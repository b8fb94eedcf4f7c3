import { backOff } from './back-off.ts'
import { createEventParser } from './event-parser.ts'
import type { Feed, LiveDetail } from './feed.ts'
import { isFinal } from './is-final.ts'
import { ownRequest, sharedUrl } from './request.ts'
import { settings } from './settings.ts'

/** The way to one URL, however often the connection breaks, and the feeds that come by it. */
export interface Line {
  /** By topic. Who changes them calls `refresh`. */
  readonly feeds: Map<string | false, Feed>
  /** Whether a second connection is on its way, which repeats what the first brings meanwhile. */
  overlaps(): boolean
  /** Connects anew, soon; the connection there is stays until the other takes over. */
  refresh(): void
  /** Connects anew after a while, once for all feeds that the server does not have now. */
  retry(): void
  /** Ends a back-off; with `anew`, does not trust the connection that seems to be open. */
  wake(anew: boolean): void
  close(): void
}

/**
 * Makes a line that is not connected yet. On one that is shared, `topic` blocks say whose the blocks
 * after them are; another has but one feed.
 */
export function createLine(isShared: boolean): Line {
  const feeds: Line['feeds'] = new Map()
  /** The connection whose blocks are taken, and the one that is to take its place. */
  let current: AbortController | undefined
  let next: AbortController | undefined
  let failures = 0
  let { retry } = settings
  /** Of a back-off, or until those have come that come together, or what has failed is asked for again. */
  let timer: ReturnType<typeof setTimeout> | undefined

  function refresh(delay = 20): void {
    clearTimeout(timer)
    timer = setTimeout(start, delay)
  }

  function start(): void {
    void connect()
  }

  async function connect(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    // One that is on its way is let arrive: on a slow network none would ever.
    if (next) return refresh()
    const self = (next = new AbortController())
    const taken = new Map(feeds)
    const asked = [...taken.values()]
    let [feed] = asked
    const { source } = asked.at(-1)!
    let failure: LiveDetail | undefined
    // A computer that sleeps stops performance.now(), not this clock.
    let heard = Date.now()
    const watch = setInterval(() => {
      // One that holds is no failure, even if it brings nothing.
      if (current === self) failures = 0
      // Others than Rivulet may have no heartbeat.
      if (source.isRivulet && Date.now() - heard > settings.silence) self.abort()
    }, settings.silence / 5)

    function takeOver(): void {
      current?.abort()
      current = self
      next = undefined
    }

    const read = createEventParser((block) => {
      retry = block.retry ?? retry
      if (isShared && block.event === 'topic') {
        // Not before: a server that sheds load answers 200 and closes.
        if (next === self) takeOver()
        feed = taken.get(block.data!)
      } else if ((block.data ?? block.id) !== undefined) {
        if (block.data) failures = 0
        feed?.take(block, self)
      }
    })

    try {
      const [url, headers] = isShared ? [sharedUrl(asked)] : ownRequest(feed!)
      const response = await fetch(url, {
        ...source.access,
        headers: { ...headers, accept: 'text/event-stream' },
        cache: 'no-store',
        signal: self.signal,
      })
      const { status } = response
      const type = response.headers.get('content-type')
      // The newest may have made the request too long, or be no stream: then none is taken for a gateway's.
      if (isFinal(status, source.wasOpen)) {
        for (const one of asked) one.live(status === 204 ? 'ended' : 'denied', { status })
      } else if (status !== 200 || !type?.startsWith('text/event-stream')) {
        failure = { status, type }
      } else {
        if (!isShared) {
          takeOver()
          feed!.live('open')
        }
        const stream = response.body!.getReader()
        let chunk
        while (!(chunk = await stream.read()).done) {
          heard = Date.now()
          read(chunk.value)
        }
      }
    } catch (error) {
      failure = { error }
    }
    clearInterval(watch)
    if (current === self) current = undefined
    else if (next === self) next = undefined
    // Closed, or replaced.
    else return
    self.abort()
    const delay = backOff(failures++, retry)
    if (!next) refresh(delay)
    if (current) return
    for (const one of feeds.values()) {
      if (failure) one.live('error', failure)
      one.live('waiting', { delay, failures })
    }
  }

  function close(): void {
    clearTimeout(timer)
    current?.abort()
    next?.abort()
    current = next = undefined
  }

  return {
    feeds,
    overlaps: () => !!next,
    refresh,
    retry() {
      timer ??= setTimeout(start, backOff(4, retry))
    },
    wake(anew) {
      if (anew) close()
      if (!current && (anew || timer)) start()
    },
    close,
  }
}
