import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { rm } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../run/launch-browser.ts'
import { nothingMayBeSkipped } from '../run/requirements.ts'
import { requires } from '../run/requires.ts'
import { eventually } from './eventually.ts'
import { newApp } from './new-app.ts'
import { upstream } from './registry.ts'
import { startServer } from './server.ts'

setDefaultTimeout(30_000)

/** The rest of the app's dependencies come from there. */
const online = await fetch(upstream, { method: 'HEAD' }).then(
  () => true,
  () => false,
)

const greeting = (text: string) => `import { def } from 'rivulet'

export const Greeting = def({}, () => <p id="greeting">${text}</p>)
`

const hello = `import { page } from 'rivulet'
import { Greeting } from '../components/Greeting.tsx'

export default page({}, () => <Greeting />)
`

const clock = `import { def, latest, stream } from 'rivulet'
import { z } from 'zod'

const Clock = def({ time: z.string() }, ({ time }) => <time>{time}</time>)

export default stream({ events: { tick: latest(Clock) } })
`

describe.skipIf(!online && !nothingMayBeSkipped())('a new app, from the packed packages', () => {
  let app: Awaited<ReturnType<typeof newApp>>

  beforeAll(async () => {
    app = await newApp()
  })
  afterAll(() => app?.close())

  test('bun create rivulet app', async () => {
    expect(await app.bun('create', 'rivulet', 'app')).toContain('\nCreated app in ')
    expect(await Bun.file(app.path('.gitignore')).text()).toContain('node_modules/')
    expect(await Bun.file(app.path('bunfig.toml')).text()).toContain('[test]')
  })

  test('bun install', async () => {
    expect(await app.bun('install')).toContain('+ rivulet@')
  })

  test('bun test: the starter passes its own test', async () => {
    expect(await app.bun('test')).toContain(' 0 fail\n')
  })

  test('bun run types: the starter has no type errors, and Rivulet has none in it', async () => {
    expect(await app.bun('run', 'types')).toContain('No type errors')
  })

  test('bun fmt --check: the starter is formatted by its own rules', async () => {
    expect(await app.bun('fmt', '--check')).toContain('are formatted')
  })

  test('bun start: answers until it is asked to end', async () => {
    await using server = await startServer('start', app.path(), app.env)
    expect((await fetch(server.url)).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })

  requires('chromium').describe('bun dev', () => {
    let server: Awaited<ReturnType<typeof startServer>>
    let browser: Browser
    let page: Page

    beforeAll(async () => {
      await Bun.write(app.path('components/Greeting.tsx'), greeting('Hello'))
      await Bun.write(app.path('pages/hello.tsx'), hello)
      server = await startServer('dev', app.path(), app.env)
      browser = await launchBrowser()
      page = await browser.newPage()
      page.setDefaultTimeout(10_000)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
    })

    const shows = (text: string) => page.locator('#greeting', { hasText: text }).waitFor()
    const status = async (path: string) => (await fetch(server.url + path)).status

    test('answers / with the starter, without an error in the browser', async () => {
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      const response = await page.goto(server.url)
      expect(response?.status()).toBe(200)
      expect(await page.title()).not.toBe('')
      await page.locator('h1').first().waitFor()
      expect(errors).toEqual([])
    })

    test('an edited component is in the browser at once', async () => {
      await page.goto(`${server.url}/hello`)
      await shows('Hello')
      await Bun.write(app.path('components/Greeting.tsx'), greeting('Good morning'))
      await shows('Good morning')
    })

    test('a syntax error is shown, and the last good version goes on answering', async () => {
      await Bun.write(app.path('components/Greeting.tsx'), greeting('Good evening').slice(0, -5))
      await page.getByText('Greeting.tsx').first().waitFor()
      expect(await (await fetch(`${server.url}/hello`)).text()).toContain('Good morning')
      expect(server.output()).toContain('Greeting.tsx')

      await Bun.write(app.path('components/Greeting.tsx'), greeting('Good evening'))
      await shows('Good evening')
    })

    test('a new stream answers, and a deleted one is gone', async () => {
      expect(await status('/sse/clock')).toBe(404)

      await Bun.write(app.path('streams/clock.tsx'), clock)
      const first = await eventually('streams/clock.tsx answers', () => firstBytes('/sse/clock'))
      expect(first).toStartWith('retry: ')

      await rm(app.path('streams/clock.tsx'))
      await eventually('it is gone', async () => (await status('/sse/clock')) === 404)
    })

    test('ends when it is asked to', async () => {
      expect(await server.stop()).toBe(0)
    })

    /** The beginning of an event stream, or `undefined` if there is none at `path`. */
    async function firstBytes(path: string): Promise<string | undefined> {
      const response = await fetch(server.url + path)
      if (response.headers.get('content-type') !== 'text/event-stream; charset=utf-8') return
      const reader = response.body?.getReader()
      const chunk = await reader?.read()
      await reader?.cancel()
      return new TextDecoder().decode(chunk?.value)
    }
  })
})
