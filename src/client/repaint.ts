import { backOff } from './back-off.ts'
import { isFinal } from './is-final.ts'
import { swap } from './htmx.ts'
import { keepScroll } from './keep-scroll.ts'
import { settings } from './settings.ts'
import type { Source } from './source.ts'

/** How often a URL was painted of late: one that goes on like that has to wait. */
const painted = new Map<string, number>()

/**
 * Puts what a stream's own URL answers to `Accept: text/html` in the place of a part; the part in
 * there goes on from its own cursor. Resolves with the status if the server refuses that, 0 for a
 * redirect. Rejects when it is to be tried again.
 */
export async function repaint(
  element: Element,
  { url, access }: Source,
): Promise<number | undefined> {
  const { href } = url
  const times = painted.get(href) ?? 0
  painted.set(href, times + 1)
  setTimeout(() => painted.set(href, painted.get(href)! - 1), settings.longest)
  if (times > 3) await new Promise((done) => setTimeout(done, backOff(times - 3, settings.retry)))
  const response = await fetch(url, {
    ...access,
    headers: { accept: 'text/html' },
    // Where a redirect leads is no part: a page to sign in, mostly.
    redirect: 'manual',
    signal: AbortSignal.timeout(settings.silence),
  })
  const { status, headers } = response
  if (isFinal(status, true)) return status
  if (status !== 200 || !headers.get('content-type')?.startsWith('text/html'))
    throw new Error(`${status}`)
  const html = await response.text()
  if (!element.isConnected) return
  const keep = keepScroll()
  await swap(element, html, 'outerHTML')
  keep()
}
