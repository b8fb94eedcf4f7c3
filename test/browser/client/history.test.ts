import { afterAll } from 'bun:test'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { expectStates } from './states.ts'
import { WireServer } from './wire-server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const wire = new WireServer()
afterAll(() => wire.stop())
const everywhere = onEveryStage(test, browser)

everywhere('who goes back finds everything once', async ({ wire, open }) => {
  wire.answer = (_, url) =>
    url.pathname === '/elsewhere'
      ? new Response('<h1>Elsewhere</h1>', { headers: { 'content-type': 'text/html' } })
      : undefined
  const topic = 'back'
  wire.publish(topic, '0')
  const page = await open([topic], {
    body: '<a hx-get="/elsewhere" hx-target="body" hx-push-url="true">Away</a>',
  })
  await expectStates(page, 'open')
  wire.publish(topic, '1')
  wire.publish(topic, '2')
  await expectTexts(page.locator('li'), ['0', '1', '2'])
  await page.locator('a').click()
  await expectTexts(page.locator('h1'), ['Elsewhere'])
  wire.publish(topic, '3')
  await page.goBack()
  await expectTexts(page.locator('li'), ['0', '1', '2', '3'])
  await expectStates(page, 'open')
  wire.publish(topic, '4')
  await expectTexts(page.locator('li'), ['0', '1', '2', '3', '4'])
})

test('htmx 4: a morph that brings a new cursor goes on from there', async () => {
  const page = await browser.open(`${wire.url}/page-4?topics=morph`)
  await expectStates(page, 'open')
  wire.publish('morph', '1')
  await expectTexts(page.locator('li'), ['1'])
  const morph = (html: string): Promise<unknown> =>
    page.evaluate((text) => {
      const target = document.querySelector('section')!
      const { htmx } = window as unknown as { htmx: { swap(context: object): Promise<void> } }
      return htmx.swap({ sourceElement: target, target, text, swap: 'outerMorph' })
    }, html)
  await morph(wire.part('morph'))
  await expectStates(page, 'open')
  wire.publish('morph', '2')
  await expectTexts(page.locator('li'), ['1', '2'])
  await page.close()
})

test('htmx 4: a morph that paints what was before an event does not lose it', async () => {
  const page = await browser.open(
    `${wire.url}/page-4?${new URLSearchParams({ body: `<main>${wire.part('stale')}</main>` })}`,
  )
  await expectStates(page, 'open')
  const stale = wire.part('stale')
  wire.publish('stale', '1')
  await expectTexts(page.locator('li'), ['1'])
  await page.evaluate((text) => {
    const target = document.querySelector('main')!
    const { htmx } = window as unknown as { htmx: { swap(context: object): Promise<void> } }
    return htmx.swap({ sourceElement: target, target, text, swap: 'innerMorph' })
  }, stale)
  wire.publish('stale', '2')
  await expectTexts(page.locator('li'), ['1', '2'])
  await expectStates(page, 'open')
  await page.close()
})
