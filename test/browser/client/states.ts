import type { Page } from 'playwright-core'

/** Waits until the live parts of a page stand like this, in document order. */
export async function expectStates(page: Page, ...states: readonly string[]): Promise<void> {
  const wanted = states.join()
  await page.waitForFunction(
    (wanted) =>
      Array.from(
        document.querySelectorAll<HTMLElement>('[sse-connect]'),
        (part) => part.dataset['live'],
      ).join() === wanted,
    wanted,
  )
}

/** Notes events of the page in `window.heard`, from now on. */
export async function noteEvents(page: Page, ...names: readonly string[]): Promise<void> {
  await page.evaluate((names) => {
    const heard: string[] = []
    Object.assign(window, { heard })
    for (const name of names)
      document.addEventListener(name, (event) => {
        const detail = (event as CustomEvent<Partial<MessageEvent & { status: number }> | null>)
          .detail
        heard.push([name, detail?.type, detail?.status].filter(Boolean).join(' '))
      })
  }, names)
}

/** What `noteEvents` has heard so far. */
export function heard(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { heard: string[] }).heard)
}

/** Adds markup to the end of a page, as htmx does with what it loads. */
export function addMarkup(page: Page, html: string): Promise<void> {
  return page.evaluate((html) => {
    document.body.insertAdjacentHTML('beforeend', html)
    const { htmx } = window as unknown as { htmx: { process(element: Element): void } }
    htmx.process(document.body.lastElementChild!)
  }, html)
}

/** Tells a page that somebody looks at it, or nobody. */
export function showPage(page: Page, isShown: boolean): Promise<void> {
  return page.evaluate((isShown) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: !isShown })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isShown)
}

/** Tells a page that it is left, or comes back as it was. */
export function turnPage(page: Page, type: 'pagehide' | 'pageshow'): Promise<void> {
  return page.evaluate((type) => {
    dispatchEvent(new PageTransitionEvent(type, { persisted: true }))
  }, type)
}
