import { afterAll, expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { fixture } from '../fixture.ts'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { publish, TOKEN } from './publish.ts'
import { roughProxy } from './rough-proxy.ts'
import { type RunningServer, startServer } from './server.ts'

const { test } = requires('chromium')
const browser = useBrowser()

/** An app with a page of its own making: the first paint of a stream, htmx 2, and its stock extension. */
const root = await fixture({
  'app.ts': `import { rivulet } from 'rivulet'
const scripts: Record<string, string> = { htmx: 'htmx.org/dist/htmx.min.js', sse: 'htmx-ext-sse/dist/sse.min.js' }
export default rivulet({ publishToken: '${TOKEN}', retry: 100 })
  .get('/stock/:name', ({ params }) => Bun.file(Bun.resolveSync(scripts[params.name]!, import.meta.dir)))
  .get('/page/:stream', async ({ server, params, html }) => {
    const part = await fetch(new URL('/sse/' + params.stream, server!.url), { headers: { accept: 'text/html' } })
    return html(\`<!doctype html><html><head><script src="/stock/htmx"></script><script src="/stock/sse"></script></head>
<body>\${await part.text()}</body></html>\`)
  })`,
  'components/Line.tsx': `import { def } from 'rivulet'
import { z } from 'zod'
export const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)`,
  'streams/news.tsx': `import { append, latest, stream } from 'rivulet'
import { Line } from '../components/Line.tsx'
export default stream({ events: { line: append(Line), message: latest(Line) },
  view: (_, Target) => <section><Target event="line" class="lines" /><Target event="message" class="latest" /></section> })`,
  'streams/steps.tsx': `import { stream } from 'rivulet'
import { Line } from '../components/Line.tsx'
export default stream(Line, { async *source() { yield { text: 'one' }; yield { text: 'done' } } })`,
})

const servers: RunningServer[] = []
afterAll(() => Promise.all(servers.map((server) => server.stop())))

async function start(port?: number): Promise<RunningServer> {
  const server = await startServer({ root, ...(port !== undefined && { port }) })
  servers.push(server)
  return server
}

const lines = (page: Page, ...texts: readonly string[]): Promise<void> =>
  expectTexts(page.locator('.lines p'), texts)

test('stock htmx-ext-sse shows what comes, from the first paint on, through a drop', async () => {
  const server = await start()
  await publish(server, 'line', '1')
  await using proxy = await roughProxy(server)
  const page = await browser.open(`${proxy.url}/page/news`)
  await lines(page, '1')
  await publish(server, 'line', '2')
  await publish(server, 'message', 'unnamed')
  await lines(page, '1', '2')
  await expectTexts(page.locator('.latest p'), ['unnamed'])
  proxy.cut()
  await publish(server, 'line', '3')
  proxy.mend()
  await publish(server, 'line', '4')
  await lines(page, '1', '2', '3', '4')
})

test('stock htmx-ext-sse paints anew what was lost', async () => {
  const first = await start()
  const page = await browser.open(`${first.url}/page/news`)
  await publish(first, 'line', 'before')
  await lines(page, 'before')
  await first.stop()
  const second = await start(first.port)
  await publish(second, 'line', 'after')
  await lines(page, 'after')
  await publish(second, 'line', 'and on')
  await lines(page, 'after', 'and on')
})

test('stock htmx-ext-sse leaves a topic alone that has ended', async () => {
  const server = await start()
  const page = await browser.open('about:blank')
  let asked = 0
  page.on('request', (request) => {
    if (request.url().includes('/sse/steps')) asked++
  })
  await page.addInitScript(() =>
    document.addEventListener('htmx:sseClose', () => Object.assign(window, { hasEnded: true })),
  )
  await page.goto(`${server.url}/page/steps`)
  await expectTexts(page.locator('p'), ['done'])
  await page.waitForFunction(() => 'hasEnded' in window)
  const before = asked
  await Bun.sleep(500)
  expect(asked).toBe(before)
})
