import { afterAll, beforeAll, expect } from 'bun:test'
import { browserPath } from '../run/browser.ts'
import { requires } from '../run/requires.ts'
import { fixture } from '../fixture.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { publish, TOKEN } from './publish.ts'
import { type RunningServer, startServer } from './server.ts'

const { test } = requires('chromium')
const browser = useBrowser()

const root = await fixture({
  'app.ts': `import { rivulet } from 'rivulet'
export default rivulet({ publishToken: '${TOKEN}', csp: "default-src 'self'" })`,
  'components/Line.tsx': `import { def } from 'rivulet'
import { z } from 'zod'
export const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)`,
  'streams/news.tsx': `import { append, stream } from 'rivulet'
import { Line } from '../components/Line.tsx'
export default stream({ events: { line: append(Line) } })`,
  'pages/index.tsx': `import { page } from 'rivulet'
import News from '../streams/news.tsx'
export default page({ title: 'News' }, () => <News fallback="refresh:1s" />)`,
  'pages/_layout.tsx': `import { Head, type LayoutProps } from 'rivulet'
export default ({ title, children }: LayoutProps) => (
  <html lang="en"><Head title={title} /><body>{children}</body></html>
)`,
})

let server: RunningServer | undefined
beforeAll(async () => {
  if (browserPath() !== undefined) server = await startServer({ root })
})
afterAll(() => server?.stop())

test('where no script runs, a page with a fallback is loaded anew', async () => {
  const page = await browser.open(server!.url, { javaScriptEnabled: false })
  await publish(server!, 'line', 'without')
  await expectTexts(page.locator('p'), ['without'])
  await publish(server!, 'line', 'a script')
  await expectTexts(page.locator('p'), ['without', 'a script'])
})

test('where scripts run, it is not', async () => {
  const page = await browser.open(server!.url)
  await page.locator('[data-live=open]').waitFor()
  await page.evaluate(() => Object.assign(window, { stays: true }))
  await publish(server!, 'line', 'with one')
  await expectTexts(page.locator('p'), ['without', 'a script', 'with one'])
  await Bun.sleep(1500)
  expect(await page.evaluate(() => 'stays' in window)).toBe(true)
})
