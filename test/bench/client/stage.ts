import type { Browser, CDPSession, Page } from 'playwright-core'
import { type Contender, packaged } from './contender.ts'

/** A page with one contender, and a server of its own that it listens to. */
export interface Stage {
  readonly contender: Contender
  /** Gzipped bytes of the contender's script. */
  readonly bytes: number
  /** Sends so many events and answers what they cost the page. */
  run(events: number, pieces: 'one' | 'each'): Promise<Cost>
  close(): Promise<void>
}

export interface Cost {
  /** Milliseconds that the main thread was busy: script, style, layout, and the rest. */
  readonly busy: number
  /** Milliseconds from the first event in the page to the last. */
  readonly took: number
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' }

/** Opens a page and waits until it listens. */
export async function openStage(browser: Browser, contender: Contender): Promise<Stage> {
  const scripts = {
    '/htmx.js': await packaged(contender.htmx),
    '/sse.js': await contender.script(),
  }
  const encoder = new TextEncoder()
  let listener: ReadableStreamDefaultController<Uint8Array> | undefined
  let id = 0
  const server = Bun.serve({
    port: 0,
    hostname: 'localhost',
    idleTimeout: 0,
    fetch(request) {
      const { pathname } = new URL(request.url)
      const script = scripts[pathname as keyof typeof scripts]
      if (script !== undefined)
        return new Response(script, { headers: { 'content-type': 'text/javascript' } })
      if (pathname === '/events')
        return new Response(
          new ReadableStream<Uint8Array>({ start: (controller) => void (listener = controller) }),
          { headers: EVENT_STREAM },
        )
      if (pathname !== '/') return new Response(null, { status: 204 })
      const head = '<script src="/htmx.js" defer></script><script src="/sse.js" defer></script>'
      return new Response(
        `<!doctype html><html><head>${head}</head><body>${contender.markup('/events')}</body></html>`,
        { headers: { 'content-type': 'text/html' } },
      )
    },
  })
  const page = await browser.newPage()
  await page.goto(server.url.href)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')

  async function run(events: number, pieces: 'one' | 'each'): Promise<Cost> {
    await watch(page, events)
    const before = await busyOf(session)
    const blocks = Array.from({ length: events }, () => {
      id++
      return encoder.encode(`id: ${id}\ndata: <li class="message"><b>Ada</b> says ${id}</li>\n\n`)
    })
    if (pieces === 'one') listener?.enqueue(Buffer.concat(blocks))
    else
      for (const block of blocks) {
        listener?.enqueue(block)
        await Bun.sleep(1)
      }
    const took = await page.evaluate(() => (window as unknown as { done: Promise<number> }).done)
    // What settles after a swap belongs to it.
    await Bun.sleep(100)
    return { busy: (await busyOf(session)) - before, took }
  }

  while (listener === undefined) await Bun.sleep(10)
  return {
    contender,
    bytes: Bun.gzipSync(scripts['/sse.js'], { level: 9 }).byteLength,
    run,
    async close() {
      await page.close()
      await server.stop(true)
    },
  }
}

/** Lets the page tell how long it takes until so many items are there, from an empty list on. */
function watch(page: Page, events: number): Promise<void> {
  return page.evaluate((events) => {
    const list = document.querySelector('ol')!
    list.replaceChildren()
    const done = new Promise<number>((resolve) => {
      let first = 0
      const observer = new MutationObserver(() => {
        if (list.children.length === 0) return
        first ||= performance.now()
        if (list.children.length < events) return
        observer.disconnect()
        resolve(performance.now() - first)
      })
      observer.observe(list, { childList: true })
    })
    Object.assign(window, { done })
  }, events)
}

async function busyOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000
}
