import { expect } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { useServer } from './server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const server = useServer()

const PAGES = ['/', '/notifications', '/feed', '/tasks', '/chat/quiet']

/** Collects what the browser complains of in every tab: errors, warnings, refused by a policy. */
function complaints(visitor: BrowserContext): string[] {
  const said: string[] = []
  visitor.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      said.push(`${message.page()?.url()}: ${message.text()}`)
  })
  visitor.on('weberror', (error) => said.push(String(error.error())))
  visitor.on('requestfailed', (request) => {
    // A tab that leaves a page cuts its streams.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') said.push(`${request.url()} failed`)
  })
  return said
}

/** Opens a page and waits until its stream, if it has one, has answered. */
async function openLive(page: Page, path: string): Promise<void> {
  const connected = path === '/tasks' ? undefined : page.waitForResponse(/\/sse\?/)
  await page.goto(server.url + path)
  expect((await connected)?.status() ?? 200).toBe(200)
}

test.each(['light', 'dark'] as const)('every page is in order in the %s', async (colorScheme) => {
  const visitor = await browser.visitor({ colorScheme })
  const said = complaints(visitor)
  const page = await visitor.newPage()
  for (const path of PAGES) {
    await openLive(page, path)
    expect(await background(page)).toBe(colorScheme)
    await expectInOrder(page)
  }
  expect(said).toEqual([])
  await page.goto(`${server.url}/nowhere`)
  await expectInOrder(page)
})

/** What assistive technology goes by: a language, a title, one first heading, and names. */
async function expectInOrder(page: Page): Promise<void> {
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await page.title()).not.toBe('')
  expect(await page.locator('h1').count()).toBe(1)
  expect(await namelessControls(page)).toEqual([])
  expect(await repeatedIds(page)).toEqual([])
}

/** Whether the page is painted dark on light, or light on dark. */
const background = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const brightness = (colour: string): number =>
      (colour.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)
    const { backgroundColor, color } = getComputedStyle(document.body)
    return brightness(backgroundColor) > brightness(color) ? 'light' : 'dark'
  })

test("all of it works under default-src 'self'", async () => {
  const visitor = await browser.visitor()
  const said = complaints(visitor)
  await visitor.route(
    (url) => !url.pathname.startsWith('/sse'),
    async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback()
      const response = await route.fetch({ maxRedirects: 0 })
      const headers = { ...response.headers(), 'content-security-policy': "default-src 'self'" }
      await route.fulfill({ response, headers })
    },
  )
  const page = await visitor.newPage()
  for (const path of PAGES) await openLive(page, path)

  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('Message').fill('Hello')
  await page.getByRole('button', { name: 'Send' }).click()
  await expectTexts(page.locator('.messages p'), ['Hello'])

  await openLive(page, '/notifications')
  await page.getByLabel('Message').fill('Strict')
  await page.getByRole('button', { name: 'Notify' }).click()
  await expectTexts(page.locator('.toast'), ['Strict'])

  await openLive(page, '/tasks')
  const file = { name: 'a', mimeType: 'text/plain', buffer: Buffer.from('a') }
  await page.getByLabel('File').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.locator('.hash').waitFor()
  expect(said).toEqual([])

  // The policy is there, and a complaint would have been heard.
  await page.evaluate(() => document.body.setAttribute('onclick', 'window.pwned = 1'))
  await page.locator('body').click()
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(said.join()).toContain('Content Security Policy')
})

test('the bar of an upload has a name', async () => {
  const page = await browser.open(`${server.url}/tasks`)
  const file = { name: 'a', mimeType: 'text/plain', buffer: Buffer.from('a') }
  await page.getByLabel('File').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.locator('progress').waitFor()
  expect(await namelessControls(page)).toEqual([])
})

/** The controls, bars and buttons that a screen reader could only call by their kind. */
const namelessControls = (page: Page): Promise<string[]> =>
  page
    .locator('input, select, textarea, button, meter, progress')
    .evaluateAll((controls) =>
      (controls as HTMLInputElement[])
        .filter(
          (control) =>
            !control.ariaLabel &&
            !control.getAttribute('aria-labelledby') &&
            ![...(control.labels ?? [])].some((label) => label.textContent?.trim()) &&
            !(control.tagName === 'BUTTON' && control.textContent?.trim()),
        )
        .map((control) => control.outerHTML),
    )

const repeatedIds = (page: Page): Promise<string[]> =>
  page
    .locator('[id]')
    .evaluateAll((elements) =>
      elements.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index),
    )
