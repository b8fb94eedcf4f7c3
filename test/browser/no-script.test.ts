import { expect } from 'bun:test'
import type { Page, Response } from 'playwright-core'
import { eventually } from '../create/eventually.ts'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { useServer } from './server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const server = useServer()

let tab: Page | undefined

/** Goes to a page, in the one tab of somebody without scripts. */
async function open(path: string): Promise<Page> {
  tab ??= await browser.open('about:blank', { javaScriptEnabled: false })
  await tab.goto(server.url + path)
  return tab
}

/** Presses the button, and returns the answers on the way to the next page. */
async function press(page: Page, name: string): Promise<number[]> {
  const statuses: number[] = []
  const note = (response: Response): void => {
    if (response.request().isNavigationRequest()) statuses.push(response.status())
  }
  page.on('response', note)
  await page.getByRole('button', { name }).click()
  await page.waitForLoadState()
  page.off('response', note)
  return statuses
}

/** Lets the browser send what its own checks would hold back. */
async function withoutChecks(page: Page): Promise<void> {
  await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true))
}

test('a chat is written and read', async () => {
  const page = await open('/chat/plain')
  await page.getByLabel('Name').fill('Ada & co')
  await page.getByLabel('Message').fill('<i>Hello</i>')
  expect(await press(page, 'Send')).toEqual([303, 200])
  await expectTexts(page.locator('.messages li p'), ['<i>Hello</i>'])
  expect(await page.getByLabel('Name').inputValue()).toBe('Ada & co')
  expect(await page.getByLabel('Message').inputValue()).toBe('')
})

test('a notification is published', async () => {
  const page = await open('/notifications')
  await page.getByLabel('Message').fill('No script')
  await page.getByLabel('Tone').selectOption('success')
  expect(await press(page, 'Notify')).toEqual([303, 200])
  await expectTexts(page.locator('.toast-success'), ['No script'])
})

test('a post is written', async () => {
  const page = await open('/feed')
  await page.getByLabel('Title').fill('Plain')
  await page.getByLabel('Text').fill('one\ntwo')
  expect(await press(page, 'Post')).toEqual([303, 200])
  await expectTexts(page.locator('.post h3'), ['Plain'])
})

test('a file is uploaded, and its page shows the result when asked again', async () => {
  const page = await open('/tasks')
  const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('one two\n') }
  await page.getByLabel('File').setInputFiles(file)
  expect(await press(page, 'Upload')).toEqual([303, 200])
  await page.waitForURL('**/tasks/*-*')
  await eventually('the file is hashed', async () => {
    await page.reload()
    return (await page.locator('.hash').count()) > 0
  })
  const hash = new Bun.CryptoHasher('sha256').update('one two\n').digest('hex')
  await expectTexts(page.locator('.hash'), [hash])
})

test('a mistake is named beside the field, which keeps what it held', async () => {
  const page = await open('/feed')
  await withoutChecks(page)
  await page.getByLabel('Text').fill('kept <b>')
  expect(await press(page, 'Post')).toEqual([422])
  const title = page.getByLabel('Title')
  expect(await title.getAttribute('aria-invalid')).toBe('true')
  const described = await title.getAttribute('aria-describedby')
  expect(await page.locator(`#${described}`).textContent()).not.toBe('')
  expect(await page.getByLabel('Text').inputValue()).toBe('kept <b>')
  expect(await page.locator('.post h3', { hasText: 'kept' }).count()).toBe(0)
})

test('a choice is kept, too', async () => {
  const page = await open('/notifications')
  await withoutChecks(page)
  await page.getByLabel('Tone').selectOption('error')
  expect(await press(page, 'Notify')).toEqual([422])
  expect(await page.getByLabel('Tone').inputValue()).toBe('error')
  expect(await page.getByLabel('Message').getAttribute('aria-invalid')).toBe('true')
})

test('a form without a file says so', async () => {
  const page = await open('/tasks')
  await withoutChecks(page)
  expect(await press(page, 'Upload')).toEqual([422])
  expect(await page.getByLabel('File').getAttribute('aria-invalid')).toBe('true')
})
