import { afterAll, beforeAll, setDefaultTimeout } from 'bun:test'
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  LaunchOptions,
  Page,
} from 'playwright-core'
import { browserPath } from '../run/browser.ts'
import { launchBrowser } from '../run/launch-browser.ts'

/** The browser of one test file. */
export interface Tabs {
  /** A visitor with cookies, cache and settings of their own, who goes with the browser. */
  visitor(options?: BrowserContextOptions): Promise<BrowserContext>
  /**
   * A tab of a new visitor, on a page. Of two tabs of one visitor, one is in the background, where
   * Chromium takes its time.
   */
  open(url: string, options?: BrowserContextOptions): Promise<Page>
}

/** Starts a browser for the tests of the file that calls, and ends it after them. */
export function useBrowser(options?: LaunchOptions): Tabs {
  let browser: Browser | undefined
  const path = browserPath()
  setDefaultTimeout(30_000)
  beforeAll(async () => {
    if (path === undefined) return
    browser = await launchBrowser(options)
  })
  afterAll(() => browser?.close())

  async function visitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    if (browser === undefined) throw new Error('There is no browser outside of a test.')
    const context = await browser.newContext(options)
    context.setDefaultTimeout(10_000)
    return context
  }
  return {
    visitor,
    async open(url, options): Promise<Page> {
      const page = await (await visitor(options)).newPage()
      await page.goto(url)
      return page
    },
  }
}
