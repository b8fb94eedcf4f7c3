import type { Page } from 'playwright-core'
import { eventually } from '../../create/eventually.ts'
import { browserPath } from '../../run/browser.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage, type Stage } from './stage.ts'
import { expectStates } from './states.ts'

const { test } = requires('chromium')
// Playwright switches the back-forward cache off, since its own calls wait for pages to load.
const browser = useBrowser({
  executablePath: browserPath({ whole: true }),
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
})
const everywhere = onEveryStage(test, browser)

/** Goes elsewhere and, after `away`, back to the page as it was left. */
async function comeBack({ wire }: Stage, page: Page, away: () => unknown): Promise<void> {
  await page.evaluate(() => Object.assign(window, { left: true }))
  await page.goto(`${wire.url}/favicon`)
  await away()
  await page.goBack({ waitUntil: 'commit' })
  await eventually('the browser has kept the page', () => page.evaluate(() => 'left' in window))
}

everywhere('a page that the browser has kept goes on where it was', async (stage) => {
  const { wire, open, say, connections } = stage
  const page = await open(['kept', 'lost'])
  say('kept', '1')
  say('lost', 'old')
  await expectTexts(page.locator('li'), ['1', 'old'])
  for (const text of ['2', '3']) {
    await comeBack(stage, page, async () => {
      await eventually('nobody listens', () => connections('kept') === 0)
      say('kept', text)
    })
    await expectStates(page, 'open', 'open')
  }
  await comeBack(stage, page, () => {
    say('kept', '4')
    wire.forget('lost')
    say('lost', 'new')
  })
  await expectTexts(page.locator('li'), ['1', '2', '3', '4', 'new'])
  await expectStates(page, 'open', 'open')
  await eventually('one connection', () => wire.open.size === 1)
})

everywhere('of tabs that share, one that is kept takes part again', async (stage) => {
  const { wire, visitor, urlOf, say } = stage
  const context = await visitor()
  const pages: Page[] = []
  for (let count = 0; count < 2; count++) {
    const page = await context.newPage()
    await page.goto(urlOf(['shared'], { head: '<script src="/share.js" defer></script>' }))
    await expectStates(page, 'open')
    pages.push(page)
  }
  const [leader, other] = pages as [Page, Page]
  await comeBack(stage, leader, async () => {
    say('shared', '1')
    await expectTexts(other.locator('li'), ['1'])
  })
  say('shared', '2')
  for (const page of pages) await expectTexts(page.locator('li'), ['1', '2'])
  await comeBack(stage, other, () => {
    say('shared', '3')
    return expectTexts(leader.locator('li'), ['1', '2', '3'])
  })
  say('shared', '4')
  for (const page of pages) await expectTexts(page.locator('li'), ['1', '2', '3', '4'])
  await eventually('one connection', () => wire.open.size === 1)
})
