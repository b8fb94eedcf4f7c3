import { expect } from 'bun:test'
import { requires } from '../run/requires.ts'
import { onBothMajors } from './both-majors.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'

const { test } = requires('chromium')
const browser = useBrowser()

const play = await onBothMajors(test, browser, {
  'pages/index.tsx': `import { action, Field, Form, HttpError, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { status: z.coerce.number() } }, ({ body }) => {
  throw body.status === 500 ? new Error('A secret') : new HttpError(body.status, 'Not ' + body.status + ', é.')
})
export default page({ title: 'Failing' }, () => (
  <Form action={POST}><Field name="status" label="Status" type="number" /><button>Fail</button></Form>
))`,
})

play(
  'a form whose answer is an error stays as it is, with what it holds, and says so',
  '/',
  async (page) => {
    for (const status of [400, 403, 404, 409, 413, 422, 423, 429, 451, 499, 500, 503]) {
      await page.getByLabel('Status').fill(String(status))
      const answer = page.waitForResponse((response) => response.request().method() === 'POST')
      await page.getByRole('button').click()
      expect((await answer).status()).toBe(status === 422 ? 400 : status)
      await page.locator('button:enabled').waitFor()
      expect(await page.getByLabel('Status').inputValue()).toBe(String(status))
      const message = status === 500 ? 'Something went wrong on our side.' : `Not ${status}, é.`
      await expectTexts(page.getByRole('alert'), [message])
    }
    // What stands between answers by itself, or not at all.
    await page.route('**/*', (route) =>
      route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }),
    )
    await page.getByRole('button').click()
    await expectTexts(page.getByRole('alert'), ['This could not be sent. Please try again.'])
    await page.unroute('**/*')
    await page.getByLabel('Status').fill('404')
    await page.getByRole('button').click()
    await expectTexts(page.getByRole('alert'), ['Not 404, é.'])
    await page.context().setOffline(true)
    await page.getByRole('button').click()
    await expectTexts(page.getByRole('alert'), ['This could not be sent. Please try again.'])
    await page.context().setOffline(false)
    await page.locator('button:enabled').waitFor()
    // What else goes wrong in a form is not about what was sent.
    await page.getByLabel('Status').evaluate((field) => {
      const { htmx } = window as unknown as {
        htmx: { trigger(element: Element, name: string, detail: object): void }
      }
      document.querySelector('.form-error')?.remove()
      htmx.trigger(field, 'htmx:error', { error: new Error('Mine') })
      htmx.trigger(field.closest('form')!, 'htmx:error', { error: new Error('Mine') })
    })
    expect(await page.locator('.form-error').count()).toBe(0)
    await page.getByLabel('Status').evaluate((field: HTMLInputElement) => (field.type = 'text'))
    await page.getByLabel('Status').fill('none')
    await page.getByRole('button').click()
    await page.locator('.field-error').waitFor()
    expect(await page.locator('.form-error').count()).toBe(0)
  },
)
