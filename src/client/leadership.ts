/** Which of the tabs of a browser leads; each has a name, which others can wait for the end of. */
export interface Leadership {
  /** Resolves once this tab's own name is known to the browser. */
  readonly isKnown: Promise<void>
  /** Takes the lead from a tab that does not answer. */
  steal(): void
  /** Calls `onGone` when another tab is closed, crashes, or stops. */
  watch(tab: string, onGone: () => void): void
  /** Lets go of everything; the lead goes to the next. */
  stop(): void
}

export interface LeadershipOptions {
  /** Which tabs one leads. */
  readonly group: string
  readonly tab: string
  readonly onLead: () => void
  /** Another has taken the lead. */
  readonly onLost: () => void
}

/**
 * Stands for the lead among the tabs of a group. What decides is a lock of the browser (Web
 * Locks), which passes to the next in the queue when its holder goes, however it goes.
 */
export function standForLead({ group, tab, onLead, onLost }: LeadershipOptions): Leadership {
  const { locks } = navigator
  const stopping = new AbortController()
  const { signal } = stopping
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  /** The request by which this tab leads: WebKit tells of one that is lost after the next is granted. */
  let latest: LockOptions | undefined
  const nameOf = (name: string): string => `rivulet tab ${name}`

  /** A request is rejected when it is stopped before it is granted, or stolen after. */
  function hold(
    name: string,
    options: LockOptions,
    onHeld: () => void,
    onTaken?: () => void,
  ): void {
    const request = locks.request(name, options, () => {
      // One that steals takes no signal, and may be granted when the page has just been left.
      if (!signal.aborted) onHeld()
      return stopped
    })
    request.catch(() => {
      if (!signal.aborted) onTaken?.()
    })
  }

  function stand(options: LockOptions): void {
    const lead = (): void => {
      latest = options
      onLead()
    }
    hold(`${group} lead`, options, lead, () => {
      if (latest === options) onLost()
      stand({ signal })
    })
  }

  const isKnown = new Promise<void>((resolve) => hold(nameOf(tab), { signal }, resolve))
  stand({ signal })
  return {
    isKnown,
    steal: () => stand({ steal: true }),
    watch(other, onGone) {
      // Granted when nobody has it any more.
      locks.request(nameOf(other), { signal }, onGone).catch(() => undefined)
    },
    stop: () => stopping.abort(),
  }
}
