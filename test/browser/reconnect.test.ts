import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { eventually } from '../create/eventually.ts'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { roughProxy } from './rough-proxy.ts'
import { startServer, useServer } from './server.ts'
import { submit } from './submit.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const server = useServer()

const messages = (page: Page) => page.locator('.messages li p')

/** Says the texts one after the other. */
async function sayAll(url: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await submit(url, { author: 'Ada', text })
}

test.concurrent('a tab that was cut off has every message once, in order', async () => {
  const room = `${server.url}/chat/cut`
  await using proxy = await roughProxy(server)
  const page = await browser.open(`${proxy.url}/chat/cut`)
  await sayAll(room, ['1', '2'])
  await expectTexts(messages(page), ['1', '2'])

  proxy.cut()
  await sayAll(room, ['3', '4', '5'])
  await eventually('the tab tries again', () => proxy.refused > 0)
  expect(await messages(page).allTextContents()).toEqual(['1', '2'])
  await sayAll(room, ['6'])
  proxy.mend()
  await expectTexts(messages(page), ['1', '2', '3', '4', '5', '6'])
})

test.concurrent(
  'a tab of a browser that was offline has every message once, in order',
  async () => {
    const room = `${server.url}/chat/offline`
    await using proxy = await roughProxy(server)
    const page = await browser.open(`${proxy.url}/chat/offline`)
    await sayAll(room, ['1'])
    await expectTexts(messages(page), ['1'])

    const failed = page.waitForEvent('requestfailed', {
      predicate: (request) => request.failure()?.errorText === 'net::ERR_INTERNET_DISCONNECTED',
    })
    await page.context().setOffline(true)
    // The browser's own switch refuses new connections, and leaves the ones it has.
    proxy.cut()
    proxy.mend()
    await sayAll(room, ['2', '3'])
    await failed
    expect(await messages(page).allTextContents()).toEqual(['1'])
    await page.context().setOffline(false)
    await sayAll(room, ['4'])
    await expectTexts(messages(page), ['1', '2', '3', '4'])
  },
)

test.concurrent('a tab that met an error page on its way back has every message once', async () => {
  const room = `${server.url}/chat/gateway`
  await using proxy = await roughProxy(server)
  const page = await browser.open(`${proxy.url}/chat/gateway`)
  await sayAll(room, ['1'])
  await expectTexts(messages(page), ['1'])

  // As a gateway answers while the server behind it restarts; an EventSource gives up on that.
  const [stream, isUp] = [/\/sse\?/, page.waitForResponse(/\/sse\?/)]
  await page.route(stream, (route) => route.fulfill({ status: 502 }))
  proxy.cut()
  proxy.mend()
  expect((await isUp).status()).toBe(502)
  await page.unroute(stream)
  await sayAll(room, ['2'])
  await messages(page).filter({ hasText: '2' }).waitFor()
  await sayAll(room, ['3'])
  await expectTexts(messages(page), ['1', '2', '3'])
})

test.concurrent('after a restart that lost the log, a tab paints anew and goes on', async () => {
  const first = await startServer()
  const { port, url } = first
  const room = `${url}/chat/restart`
  const page = await browser.open(room)
  await sayAll(room, ['before'])
  await expectTexts(messages(page), ['before'])
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  expect(await first.stop()).toBe(0)

  const second = await startServer({ port })
  await using _ = { [Symbol.asyncDispose]: async () => void (await second.stop()) }
  await sayAll(room, ['lost to the old cursor'])
  await expectTexts(messages(page), ['lost to the old cursor'])
  await sayAll(room, ['one', 'two'])
  await expectTexts(messages(page), ['lost to the old cursor', 'one', 'two'])
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
})
