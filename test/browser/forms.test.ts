import { expect } from 'bun:test'
import { requires } from '../run/requires.ts'
import { onBothMajors } from './both-majors.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'

const { test } = requires('chromium')
const browser = useBrowser()

const play = await onBothMajors(test, browser, {
  'pages/index.tsx': `import { action, Field, Form, invalid, page } from 'rivulet'
import { z } from 'zod'
import { POST as subscribe } from './thanks.tsx'
const rows = new Map([[1, 'One'], [2, 'Two'], [3, 'Three']])
export const POST = action({ body: { name: z.string().min(1) } }, async ({ body }) => {
  await Bun.sleep(300)
  rows.set(rows.size + 1, body.name)
})
export const PATCH = action({ body: { row: z.number(), name: z.string().min(2) } }, ({ body }) => {
  if (body.name === 'Taken') return invalid({ name: 'It is taken.' })
  rows.set(body.row, body.name)
})
export default page({ title: 'Rows' }, () => (
  <>
    <Form action={POST} class="add"><Field name="name" label="New" /><button>Add</button><button value="more">Add more</button></Form>
    {[...rows].map(([row, name]) => (
      <Form action={PATCH} id={'row:' + row} class="row">
        <b>{name}</b><input type="hidden" name="row" value={String(row)} />
        <Field name="name" label={'Name of ' + row} /><button>Rename {row}</button>
      </Form>
    ))}
    <Form action={subscribe} class="mail"><Field name="mail" label="Mail" /><button>Subscribe</button></Form>
  </>
))`,
  'pages/session.tsx': `import { action, Form, page, redirect } from 'rivulet'
let user = 'Ada'
let visits = 0
export const POST = action({ body: {} }, () => { user = 'Ada' })
export const PUT = action({ body: {} }, () => { visits++ })
export const PATCH = action({ body: {} }, () => Response.json({ a: 1 }))
export const DELETE = action({ body: {} }, () => { user = ''; return redirect('/session?bye=1') })
export default page({ title: 'Session' }, () => user === ''
  ? <><p>Signed out</p><Form action={POST}><button>Sign in</button></Form></>
  : <><p>{user} {String(visits)}</p><Form action={DELETE}><button>Sign out</button></Form>
      <Form action={PUT} whole><button>Count</button></Form><Form action={PATCH}><button>JSON</button></Form></>)`,
  'pages/thanks.tsx': `import { action, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { mail: z.string().min(5, 'An address, please.') } }, () => {})
export default page({ title: 'Thanks' }, () => <p>Thanks.</p>)`,
})

play('several forms of a page each do their own, and stay as many', '/', async (page) => {
  const rows = page.locator('form.row')
  const errors = page.getByRole('alert')
  const rename = async (row: number, name: string): Promise<void> => {
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByLabel(`Name of ${row}`).fill(name)
    await page.getByRole('button', { name: `Rename ${row}` }).click()
    await (await answer).finished()
  }
  await page.locator('form').evaluateAll((forms) => {
    for (const form of forms) (form as HTMLFormElement).noValidate = true
  })
  await rename(2, 'x')
  await expectTexts(rows.nth(1).getByRole('alert'), ['At least 2 characters, please.'])
  expect([await errors.count(), await rows.count()]).toEqual([1, 3])
  await rename(2, 'Taken')
  await expectTexts(errors, ['It is taken.'])
  await rename(2, 'Second')
  await expectTexts(rows.locator('b'), ['One', 'Second', 'Three'])
  await rename(1, 'First')
  await expectTexts(rows.locator('b'), ['First', 'Second', 'Three'])
  expect([await errors.count(), await page.locator('form').count()]).toEqual([0, 5])
})

play('a form is sent once, however often its buttons are pressed', '/', async (page) => {
  let sent = 0
  page.on('request', (request) => {
    if (request.method() === 'POST') sent++
  })
  await page.getByLabel('New').fill('Four')
  const disabled = await page.locator('form.add').evaluate((form) => {
    const [add, more] = form.querySelectorAll('button')
    add!.click()
    add!.click()
    more!.click()
    return [add!.disabled, more!.disabled]
  })
  expect(disabled).toEqual([true, true])
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('.add input')!.value === '',
  )
  await page.locator('form.add button:enabled').first().waitFor()
  expect(sent).toBe(1)
  await page.reload()
  expect(await page.locator('form.row b').allTextContents()).toEqual([
    'One',
    'Two',
    'Three',
    'Four',
  ])
})

play(
  'a form of another page stays when it is refused, and leads there when it is not',
  '/',
  async (page) => {
    const form = page.locator('form.mail')
    await form.evaluate((element: HTMLFormElement) => (element.noValidate = true))
    await page.getByLabel('Mail').fill('x')
    await form.getByRole('button').click()
    await expectTexts(form.getByRole('alert'), ['mail: An address, please.'])
    expect(await page.getByLabel('Mail').inputValue()).toBe('x')
    expect(await page.locator('form').count()).toBe(5)
    await page.getByLabel('Mail').fill('ada@example.org')
    await form.getByRole('button').click()
    await page.waitForURL('**/thanks')
    await expectTexts(page.locator('p'), ['Thanks.'])
  },
)

play('a page of which more has changed than the form is loaded whole', '/session', async (page) => {
  const press = (name: string): Promise<void> => page.getByRole('button', { name }).click()
  await press('Count')
  await expectTexts(page.locator('p'), ['Ada 1'])
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await press('JSON')
  await (await answer).finished()
  await page.locator('button:enabled', { hasText: 'JSON' }).waitFor()
  expect(await page.locator('form').count()).toBe(3)
  await press('Sign out')
  await page.waitForURL('**/session?bye=1')
  await expectTexts(page.locator('p'), ['Signed out'])
  await press('Sign in')
  await expectTexts(page.locator('p'), ['Ada 1'])
})
