import type { test as bunTest } from 'bun:test'
import type { Page } from 'playwright-core'
import { fixture } from '../fixture.ts'
import type { Tabs } from './browser.ts'
import { startServer } from './server.ts'

/** Declares a test that is played with htmx 2 and with htmx 4, from a page of the app on. */
export type BothMajors = (what: string, path: string, play: (page: Page) => Promise<void>) => void

/** Makes tests of an app of these files, which gets a layout; each has a server and a tab of its own. */
export async function onBothMajors(
  test: typeof bunTest,
  browser: Tabs,
  files: Readonly<Record<string, string>>,
): Promise<BothMajors> {
  const app = (htmx: 2 | 4): Promise<string> =>
    fixture({
      'app.ts': `import { rivulet } from 'rivulet'
export default rivulet({ htmx: ${htmx}, csp: "default-src 'self'" })`,
      'pages/_layout.tsx': `import { Head, type LayoutProps } from 'rivulet'
export default ({ title, children }: LayoutProps) => (
  <html lang="en"><Head title={title} /><body>{children}</body></html>
)`,
      ...files,
    })
  const roots = { 2: await app(2), 4: await app(4) }
  return (what, path, play) =>
    test.concurrent.each([2, 4] as const)(`htmx %i: ${what}`, async (htmx) => {
      const server = await startServer({ root: roots[htmx] })
      try {
        const page = await browser.open(server.url + path)
        await play(page)
        await page.context().close()
      } finally {
        await server.stop()
      }
    })
}
