import { applyEvent } from './apply-event.ts'
import type { Follower, Live } from './feed.ts'
import { htmx } from './htmx.ts'
import { isFinal } from './is-final.ts'
import { repaint } from './repaint.ts'
import { readSource } from './source.ts'
import { exchange, isResting } from './this-page.ts'

/** An element with `sse-connect`, as long as it is on the page. */
export interface Part {
  /** Listens, from the last event on, or rests, as the page does. */
  update(): void
  /** Ends for good; `type` says why, as `htmx:sseClose` does. */
  close(type: string): void
}

/** Makes a part that does not listen yet. Throws for an element that leads nowhere. */
export function createPart(element: HTMLElement): Part {
  let source = readSource(element)
  let state: Live | undefined
  let isListening = false
  /** Closed, or about to be painted anew. */
  let isDone = false
  let isClosed = false

  function emit(name: string, detail?: object): boolean {
    return element.dispatchEvent(
      new CustomEvent(`rivulet:${name}`, {
        bubbles: true,
        cancelable: true,
        detail,
      }),
    )
  }

  function tell(name: string, detail?: object): void {
    htmx!.trigger(element, `htmx:sse${name}`, { ...detail, source })
  }

  function show(to: Live, detail?: object): void {
    if (to === state) return
    state = to
    element.dataset['live'] = to
    emit(to, detail)
    if (to === 'open') tell('Open')
    if (to === 'ended' || to === 'denied') close('message')
  }

  function update(): void {
    // What other servers send without an id would be lost.
    const isWanted = !(isDone || (isResting && (source.isRivulet || source.cursor)))
    if (isWanted === isListening) return
    isListening = isWanted
    if (isWanted) exchange.join(follower, source)
    else {
      exchange.leave(follower)
      if (!isDone) show('waiting')
    }
  }

  function close(type: string): void {
    if (!isDone) tell('Close', { type })
    isDone = isClosed = true
    update()
  }

  /** Something is lost, or no longer allowed: a new part takes the place of this one. */
  async function renew(why: 'reset' | 'expired', from: string | null): Promise<void> {
    isDone = true
    update()
    show('waiting')
    if (!emit(why)) return
    try {
      const status = await repaint(element, source)
      if (status !== undefined) return show('denied', { status })
      // It is still there where somebody has cancelled the swap.
      source.cursor = from
    } catch (error) {
      emit('error', { error })
    }
    isDone = isClosed
    update()
  }

  const follower: Follower = {
    live(to, detail) {
      if (to === 'error') {
        emit(to, detail)
        tell('Error', detail)
      } else if (to !== 'denied' || !source.topic || isFinal(detail!.status!, true))
        show(to, detail)
      else {
        // The server has no connections for many topics, or no stream for this one. The URL itself may
        // lead to something of the app's own.
        exchange.leave(follower)
        source = { ...source, topic: false }
        exchange.join(follower, source)
      }
    },
    receive(block) {
      const { event, data, id = source.cursor } = block
      if (!isListening) return
      if (source.isRivulet && (event === 'reset' || event === 'expired'))
        return void renew(event, id)
      source.cursor = id
      if (data === undefined) return
      if (emit('event', block))
        applyEvent(element, new MessageEvent(event, { data, lastEventId: id ?? '' }))
      if (event === element.getAttribute('sse-close') || (source.isRivulet && event === 'end'))
        show('ended')
    },
  }

  if (source.isRivulet && element.dataset['live'])
    // Markup of a part that somebody has kept, as htmx 2 does for the way back: its content is newer
    // than its cursor.
    void renew('reset', source.cursor)
  else show('connecting')
  return { update, close }
}
