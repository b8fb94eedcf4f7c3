import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { eventually } from '../create/eventually.ts'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { useServer } from './server.ts'
import { submit } from './submit.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const server = useServer()

/** Marks the page as it is; the mark is lost with a page load. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.assign(window, { stayed: true })
    Object.assign(document.querySelector('h1')!, { stayed: true })
  })
}

const isMarked = (page: Page): Promise<boolean> =>
  page.evaluate(() => 'stayed' in window && 'stayed' in document.querySelector('h1')!)

test('a notification shows in every tab, in its tone, and only the form is replaced', async () => {
  const page = await browser.open(`${server.url}/notifications`)
  const dashboard = await browser.open(server.url)
  await mark(page)
  await mark(dashboard)
  for (const tone of ['info', 'success', 'error']) {
    await page.getByLabel('Message').fill(`This is ${tone}`)
    await page.getByLabel('Tone').selectOption(tone)
    await page.getByRole('button', { name: 'Notify' }).click()
    for (const tab of [page, dashboard])
      await expectTexts(tab.locator(`.toast-${tone}`), [`This is ${tone}`])
    await page.waitForFunction(() => document.querySelector('input')!.value === '')
  }
  expect(await page.getByLabel('Tone').inputValue()).toBe('info')
  for (const tab of [page, dashboard]) {
    await expectTexts(tab.locator('.toasts li'), [
      'This is error',
      'This is success',
      'This is info',
    ])
    expect(await isMarked(tab)).toBe(true)
  }
  expect(await page.locator('form').count()).toBe(1)
})

test('posts arrive at the top, where they are read', async () => {
  const writer = await browser.open(`${server.url}/feed`)
  const reader = await browser.open(`${server.url}/feed`)
  await mark(reader)
  for (const title of ['First', 'Second']) {
    await writer.getByLabel('Title').fill(title)
    await writer.getByLabel('Text').fill('Some text')
    await writer.getByRole('button', { name: 'Post' }).click()
    await reader.getByRole('heading', { name: title }).waitFor()
    await writer.waitForFunction(() => document.querySelector('textarea')!.value === '')
  }
  for (const tab of [writer, reader])
    await expectTexts(tab.locator('.post h3'), ['Second', 'First'])
  expect(await isMarked(reader)).toBe(true)
})

test('the dashboard changes by itself', async () => {
  const page = await browser.open(server.url)
  await mark(page)
  const stats = page.locator('.stats')
  await stats.waitFor()
  const before = await stats.elementHandle()
  await eventually('the stats are replaced', () =>
    before?.evaluate((element) => !element.isConnected),
  )
  const text = (await page.locator('.dashboard').innerText()).replaceAll(/\s+/g, ' ')
  const figures = /CPU (\d+) % Memory ([\d.]+) GiB of ([\d.]+) GiB Up (\d+) h (\d+) min/.exec(text)
  const [cpu = NaN, used = NaN, total = NaN, , minutes = NaN] = figures?.slice(1).map(Number) ?? []
  expect(cpu).toBeWithin(0, 101)
  expect(used).toBeWithin(0, total)
  expect(total).toBeGreaterThan(0.1)
  expect(minutes).toBeWithin(0, 60)
  expect(await page.locator('.dashboard meter').count()).toBe(1)
  expect(await isMarked(page)).toBe(true)
})

test('a stock EventSource gets a message as its type says, with its id', async () => {
  const page = await browser.open(`${server.url}/tasks`)
  const heard = page.evaluate(
    () =>
      new Promise<{ type: string; data: string; lastEventId: string }>((resolve) => {
        const source = new EventSource('/sse/rooms/lobby')
        source.onopen = () => Object.assign(window, { listens: true })
        source.onmessage = ({ type, data, lastEventId }: MessageEvent<string>) => {
          source.close()
          resolve({ type, data, lastEventId })
        }
      }),
  )
  await page.waitForFunction(() => 'listens' in window)
  await submit(`${server.url}/chat/lobby`, { author: 'Ada', text: 'a < b' })
  const { type, data, lastEventId } = await heard
  expect(type).toBe('message')
  expect(data).toStartWith('<li class="message"><b>Ada</b>')
  expect(data).toContain('<p>a &lt; b</p>')
  expect(lastEventId).toMatch(/^[\w-]+\.\d+$/)
})

test('a mistake is named in place, without a page load', async () => {
  const page = await browser.open(`${server.url}/feed`)
  await mark(page)
  // What the browser's own checks would hold back.
  await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true))
  await page
    .getByLabel('Title')
    .evaluate((field: HTMLInputElement) => (field.value = 'x'.repeat(121)))
  await page.getByLabel('Text').fill('kept')
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Post' }).click()
  expect((await answer).status()).toBe(422)
  await page.locator('.field-error').waitFor()
  expect(await page.getByLabel('Title').getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByLabel('Title').inputValue()).toBe('x'.repeat(121))
  expect(await page.getByLabel('Text').inputValue()).toBe('kept')
  expect(await isMarked(page)).toBe(true)

  await page.getByLabel('Title').fill('Short')
  await page.getByRole('button', { name: 'Post' }).click()
  await page.getByRole('heading', { name: 'Short' }).waitFor()
  await page.waitForFunction(() => document.querySelector('textarea')!.value === '')
  expect(await page.locator('.field-error').count()).toBe(0)
  expect(await isMarked(page)).toBe(true)
})
