import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { useServer } from './server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const server = useServer()

const messages = (page: Page) => page.locator('.messages li p')

async function say(page: Page, author: string, text: string): Promise<void> {
  await page.getByLabel('Name').fill(author)
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

test('what one tab says appears in both, once, and as text', async () => {
  const attack = '</li><script>window.pwned=1</script><img src=x onerror="window.pwned=2">'
  const url = `${server.url}/chat/two-tabs`
  const [ada, bob] = [await browser.open(url), await browser.open(url)]
  await say(ada, 'Ada <b>', attack)
  await expectTexts(messages(ada), [attack])
  await expectTexts(messages(bob), [attack])
  await say(bob, 'Bob', 'Hello')
  for (const page of [ada, bob]) {
    await expectTexts(messages(page), [attack, 'Hello'])
    await expectTexts(page.locator('.messages li b'), ['Ada <b>', 'Bob'])
    expect(await page.locator('.messages script, .messages img').count()).toBe(0)
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  }
  await ada.reload()
  await expectTexts(messages(ada), [attack, 'Hello'])
  expect(await ada.evaluate(() => 'pwned' in window)).toBe(false)
})

test('rooms do not hear each other', async () => {
  const one = await browser.open(`${server.url}/chat/one`)
  const other = await browser.open(`${server.url}/chat/other`)
  await say(one, 'Ada', 'for one')
  await expectTexts(messages(one), ['for one'])
  await say(other, 'Bob', 'for the other')
  await expectTexts(messages(other), ['for the other'])
  await say(one, 'Ada', 'bye')
  await expectTexts(messages(one), ['for one', 'bye'])
})

test('who keeps talking needs no mouse: the name stays, and the cursor is back in the field', async () => {
  const page = await browser.open(`${server.url}/chat/keyboard`)
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('Message').click()
  for (const text of ['one', 'two']) {
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    await messages(page).filter({ hasText: text }).waitFor()
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement).value === '')
  }
  await expectTexts(messages(page), ['one', 'two'])
  expect(await page.getByLabel('Name').inputValue()).toBe('Ada')
})

test('who sends with the button is not sent back to the top of the page', async () => {
  const page = await browser.open(`${server.url}/chat/button`)
  await say(page, 'Ada', 'one')
  await expectTexts(messages(page), ['one'])
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('[name=text]')?.value === '',
  )
  expect(await page.evaluate(() => document.activeElement?.closest('form') !== null)).toBe(true)
})
