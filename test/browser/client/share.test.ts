import { expect } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage, type Stage } from './stage.ts'
import { addMarkup, expectStates } from './states.ts'
import type { WireServer } from './wire-server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage(test, browser)
/** How tabs agree with each other has nothing to do with how they connect. */
const onBoth = onEveryStage(test, browser, [1])

/** Opens another tab of a visitor, with a part for each topic. */
function open(stage: Stage, visitor: BrowserContext, ...topics: readonly string[]): Promise<Page> {
  return openAs('', stage, visitor, ...topics)
}

/** The same, with the key of a session. */
async function openAs(
  key: string,
  { urlOf }: Stage,
  visitor: BrowserContext,
  ...topics: readonly string[]
): Promise<Page> {
  const page = await visitor.newPage()
  await page.goto(
    urlOf(topics, { head: `<script src="/share.js" data-key="${key}" defer></script>` }),
  )
  await expectStates(page, ...topics.map(() => 'open'))
  return page
}

/** Waits until so many connections are open. */
async function only(wire: WireServer, count: number): Promise<void> {
  await eventually(`${count} open`, () => wire.open.size === count)
}

everywhere('seven tabs over HTTP/1.1 cost one connection, and nothing blocks', async (stage) => {
  const { wire, http } = stage
  const visitor = await stage.visitor()
  const pages: Page[] = []
  // One more than the connections that a browser gives an origin; HTTP/2 knows no such limit.
  const count = http === 1 ? 7 : 4
  for (let index = 0; index < count; index++)
    pages.push(await open(stage, visitor, 'all', `tab-${index}`))
  await only(wire, 1)
  wire.publish('all', 'hello')
  for (const [index, page] of pages.entries()) {
    wire.publish(`tab-${index}`, `to ${index}`)
    await expectTexts(page.locator('li'), ['hello', `to ${index}`])
  }
  const answers = await Promise.all(
    pages.map((page) => page.evaluate(() => fetch('/favicon.ico').then(({ status }) => status))),
  )
  expect(answers).toEqual(pages.map(() => 204))

  // The line breaks, and the log is lost: every tab is brought up, or painted anew.
  wire.dropAll()
  wire.publish('all', 'again')
  for (const [index, page] of pages.entries())
    await expectTexts(page.locator('li'), ['hello', 'again', `to ${index}`])
  wire.dropAll()
  wire.forget('tab-3')
  await expectTexts(pages[3]!.locator('li'), ['hello', 'again'])
  for (const page of pages) await expectStates(page, 'open', 'open')
  await only(wire, 1)

  // The leader goes, with events on their way: the next takes over.
  await pages[0]!.close()
  wire.publish('all', 'more')
  await pages[1]!.close({ runBeforeUnload: true })
  wire.publish('all', 'still')
  for (const page of pages.slice(2))
    await expectTexts(page.locator('section:first-child li'), ['hello', 'again', 'more', 'still'])
  await only(wire, 1)
  expect([...wire.open][0]?.topics).not.toContain('tab-0')
  for (const page of pages.slice(2, -1)) await page.close()
  await eventually(
    'what nobody follows any more is let go of',
    () => [...wire.open].flatMap(({ topics }) => topics).length === 2,
  )
  wire.judge(`tab-${count - 1}`, 'end')
  await expectStates(pages.at(-1)!, 'open', 'ended')
  await visitor.close()
  await only(wire, 0)
})

onBoth(
  'tabs that come while much is happening are brought up by the same connection',
  async (stage) => {
    const { wire } = stage
    const visitor = await stage.visitor()
    let said = 0
    const timer = setInterval(() => wire.publish('busy', String(++said)), 10)
    const pages: Page[] = []
    for (let index = 0; index < 3; index++) pages.push(await open(stage, visitor, 'busy'))
    clearInterval(timer)
    const texts = Array.from({ length: said }, (_, index) => String(index + 1))
    for (const page of pages) await expectTexts(page.locator('li'), texts)
    await only(wire, 1)
    await visitor.close()
  },
)

onBoth(
  'a leader that nobody looks at hands over to a tab that somebody looks at',
  async (stage) => {
    const { wire } = stage
    const visitor = await stage.visitor()
    const leader = await open(stage, visitor, 'handed')
    const [first] = wire.open
    await leader.evaluate(() => Object.defineProperty(document, 'hidden', { value: true }))
    let said = 0
    const timer = setInterval(() => wire.publish('handed', String(++said)), 3)
    const page = await open(stage, visitor, 'handed')
    await eventually(
      'the connection is another tab’s',
      () => !wire.open.has(first!) && wire.open.size === 1,
    )
    clearInterval(timer)
    const texts = Array.from({ length: said }, (_, index) => String(index + 1))
    for (const tab of [leader, page]) await expectTexts(tab.locator('li'), texts)
    await visitor.close()
  },
)

onBoth('a leader that the browser has frozen is replaced when somebody looks', async (stage) => {
  const { wire } = stage
  const visitor = await stage.visitor()
  const leader = await open(stage, visitor, 'frozen')
  const page = await open(stage, visitor, 'frozen')
  // It holds its lock and says nothing, as a frozen page does.
  await leader.evaluate(() => {
    BroadcastChannel.prototype.postMessage = () => undefined
  })
  wire.publish('frozen', 'unheard')
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expectTexts(page.locator('li'), ['unheard'])
  await visitor.close()
})

/** What leaders say comes late in the tabs of a visitor, as between processes of a busy browser. */
async function delayLeaders(visitor: BrowserContext, milliseconds: number): Promise<void> {
  await visitor.addInitScript((milliseconds) => {
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { postMessage } = BroadcastChannel.prototype
    BroadcastChannel.prototype.postMessage = function (message: { from?: string; type: string }) {
      if (message.type === 'lead') Object.assign(window, { led: true })
      const post = (): void => postMessage.call(this, message)
      if (message.from) setTimeout(post, milliseconds)
      else post()
    }
  }, milliseconds)
}

onBoth('of many tabs that would lead, one does', async (stage) => {
  const { wire, say } = stage
  const visitor = await stage.visitor()
  await delayLeaders(visitor, 20)
  const pages: Page[] = []
  for (let count = 0; count < 3; count++) pages.push(await open(stage, visitor, 'wanted'))
  await pages[0]!.evaluate(() => Object.defineProperty(document, 'hidden', { value: true }))
  await Promise.all(
    pages.map((page) =>
      page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange'))),
    ),
  )
  await Bun.sleep(500)
  say('wanted', 'heard')
  for (const page of pages) await expectTexts(page.locator('li'), ['heard'], 4_000)
  await only(wire, 1)
  await visitor.close()
})

onBoth('what a new leader was asked before it was heard does not come twice', async (stage) => {
  const { wire, say } = stage
  const visitor = await stage.visitor()
  await delayLeaders(visitor, 300)
  const late = wire.part('asked')
  const leader = await open(stage, visitor, 'asked')
  const next = await open(stage, visitor, 'asked')
  const third = await open(stage, visitor, 'asked')
  say('asked', '1')
  for (const page of [next, third]) await expectTexts(page.locator('li'), ['1'])
  await leader.close()
  await next.waitForFunction(() => 'led' in window)
  await addMarkup(third, late)
  await Bun.sleep(700)
  say('asked', '2')
  await expectTexts(next.locator('li'), ['1', '2'])
  await expectTexts(third.locator('li'), ['1', '2', '1', '2'])
  await visitor.close()
})

onBoth('a gateway that knows nothing of a server for a moment ends nothing', async (stage) => {
  const { wire, say } = stage
  const visitor = await stage.visitor()
  const leader = await open(stage, visitor, 'deployed')
  const page = await open(stage, visitor, 'deployed', 'own')
  let refusals = 2
  wire.answer = (_, url) =>
    /^\/sse($|\/)/.test(url.pathname) && refusals-- > 0
      ? new Response('?', { status: 404 })
      : undefined
  await leader.close()
  await eventually('it has been refused', () => refusals <= 0)
  say('deployed', '1')
  say('own', '2')
  await expectTexts(page.locator('li'), ['1', '2'])
  await expectStates(page, 'open', 'open')
  await only(wire, 1)
})

onBoth('tabs of another session have a connection of their own', async (stage) => {
  const { wire } = stage
  const visitor = await stage.visitor()
  const ada = [
    await openAs('ada', stage, visitor, 'mail'),
    await openAs('ada', stage, visitor, 'mail'),
  ]
  await only(wire, 1)
  const bob = await openAs('bob', stage, visitor, 'mail')
  await only(wire, 2)
  const [forAda, forBob] = [...wire.open]
  forAda!.write('event: topic\ndata: mail\n\ndata: <li>to Ada</li>\n\n')
  forBob!.write('event: topic\ndata: mail\n\ndata: <li>to Bob</li>\n\n')
  for (const page of ada) await expectTexts(page.locator('li'), ['to Ada'])
  await expectTexts(bob.locator('li'), ['to Bob'])
})
