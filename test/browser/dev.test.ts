import { afterAll, beforeAll, expect } from 'bun:test'
import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { eventually } from '../create/eventually.ts'
import { fixture } from '../fixture.ts'
import { browserPath } from '../run/browser.ts'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { expectTexts } from './expect-texts.ts'
import { type RunningServer, startServer } from './server.ts'
import { submit } from './submit.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const REPOSITORY = resolve(import.meta.dir, '../..')

let server: RunningServer
// Before the folder's own end, so that nobody serves it any more by then.
afterAll(() => server?.stop())
const root = await fixture()

beforeAll(async () => {
  if (browserPath() === undefined) return
  for (const folder of ['components', 'pages', 'streams'])
    await cp(join(REPOSITORY, folder), join(root, folder), { recursive: true })
  await cp(join(REPOSITORY, 'create/app/tsconfig.json'), join(root, 'tsconfig.json'))
  server = await startServer({ command: 'dev', root })
})

/** Changes a file of the app as an editor does. */
async function edit(path: string, from: string, to: string): Promise<void> {
  const file = Bun.file(join(root, path))
  const text = await file.text()
  expect(text).toContain(from)
  await Bun.write(file, text.replace(from, to))
}

const served = async (path: string): Promise<string> => (await fetch(server.url + path)).text()

/** Marks the page as it is; the mark is lost with a page load. */
const mark = (page: Page): Promise<unknown> =>
  page.evaluate(() => Object.assign(window, { stayed: true }))

const isMarked = (page: Page): Promise<boolean> => page.evaluate(() => 'stayed' in window)

/** Opens a page that can tell when it hears of changes. */
async function open(path: string): Promise<Page> {
  const page = await browser.open('about:blank')
  await page.addInitScript(() => {
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL) {
        super(url)
        this.addEventListener('open', () => Object.assign(window, { listens: true }))
      }
    }
  })
  await page.goto(server.url + path)
  await listens(page)
  return page
}

const listens = (page: Page): Promise<unknown> => page.waitForFunction(() => 'listens' in window)

/** The box over the page; its host has no size of its own. */
const shownError = (page: Page): Locator => page.locator('rivulet-error [role=alert]')

test('an edit is served within a second', async () => {
  const words = ['Components that', 'Things that']
  let quickest = Infinity
  // One of ten, or two: the machine may have other things to do.
  for (let edits = 0; edits < 10 && (quickest > 1000 || edits % 2 > 0); edits++) {
    const [from = '', to = ''] = edits % 2 === 0 ? words : words.toReversed()
    const begun = performance.now()
    await edit('pages/index.tsx', from, to)
    await eventually(`"${to}" is served`, async () => (await served('/')).includes(to))
    quickest = Math.min(quickest, performance.now() - begun)
  }
  expect(quickest).toBeLessThan(1000)
})

test('the page follows an edit of a component', async () => {
  await using page = await open('/notifications')
  await edit('components/Layout.tsx', '/> Rivulet', '/> Brook')
  await page.locator('.brand', { hasText: 'Brook' }).waitFor()
  await listens(page)
  await edit('components/Layout.tsx', '/> Brook', '/> Rivulet')
  await page.locator('.brand', { hasText: 'Rivulet' }).waitFor()
})

test('the page follows an edit of its styles without a page load', async () => {
  await using page = await open('/notifications')
  await page.getByLabel('Message').fill('half a sent')
  await mark(page)
  const path = join(root, 'components/Layout.css')
  await Bun.write(path, `${await Bun.file(path).text()}\nh1 { color: rgb(1, 2, 3) }\n`)
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector('h1')!).color === 'rgb(1, 2, 3)',
  )
  expect(await isMarked(page)).toBe(true)
  expect(await page.getByLabel('Message').inputValue()).toBe('half a sent')
})

test('an edit while the page still loads is not missed', async () => {
  const visitor = await browser.visitor()
  const edited = Promise.withResolvers<void>()
  await visitor.route('**/dev*.js', async (route) => {
    await edited.promise
    await route.fallback()
  })
  await using page = await visitor.newPage()
  await page.goto(`${server.url}/tasks`, { waitUntil: 'commit' })
  await expectTexts(page.locator('h1'), ['Tasks'])
  await edit('pages/tasks/index.tsx', '<h1>Tasks</h1>', '<h1>Jobs</h1>')
  await eventually('the edit is served', async () => (await served('/tasks')).includes('Jobs'))
  edited.resolve()
  await expectTexts(page.locator('h1'), ['Jobs'])
})

test('a page comes with its file, and goes with it', async () => {
  await using page = await open('/new')
  await expectTexts(page.locator('h1'), ['Not found'])
  const path = join(root, 'pages/new.tsx')
  await Bun.write(path, 'export default () => <h1>Brand new</h1>\n')
  await expectTexts(page.locator('h1'), ['Brand new'])
  await listens(page)
  await rm(path)
  await expectTexts(page.locator('h1'), ['Not found'])
})

test('a mistake is shown over the page, which is served as it was, until it is mended', async () => {
  await using page = await open('/feed')
  await mark(page)
  await edit('pages/feed.tsx', '<h1>Feed</h1>', '<h1>Feed</h2>')
  const overlay = shownError(page)
  await overlay.waitFor()
  expect(await overlay.textContent()).toMatch(/pages\/feed\.tsx:\d+:\d+/)
  expect(await overlay.textContent()).toContain('<h1>Feed</h2>')
  expect(await isMarked(page)).toBe(true)
  expect(await served('/feed')).toContain('<h1>Feed</h1>')
  expect(server.output()).toContain('pages/feed.tsx:')

  await using late = await open('/feed')
  await shownError(late).waitFor()

  await edit('pages/feed.tsx', '<h1>Feed</h2>', '<h1>News</h1>')
  for (const tab of [page, late]) {
    await expectTexts(tab.locator('h1'), ['News'])
    expect(await shownError(tab).count()).toBe(0)
  }
})

test('an open stream moves to the new code, and loses nothing', async () => {
  const room = `${server.url}/chat/dev`
  await using page = await open('/chat/dev')
  // A client that does not follow reloads: it hears the stream alone.
  const stream = await browser.visitor()
  await stream.route('**/blank', (route) => route.fulfill({ body: '<!doctype html>' }))
  await using listener = await stream.newPage()
  await listener.goto(`${server.url}/blank`)
  await listener.evaluate(() => {
    const heard: string[] = []
    const source = new EventSource('/sse/rooms/dev')
    source.onmessage = ({ data }: MessageEvent<string>) => heard.push(data)
    source.onopen = () => Object.assign(window, { heard })
  })
  await listener.waitForFunction(() => 'heard' in window)

  const texts: string[] = []
  const say = async (text: string): Promise<void> => {
    texts.push(text)
    await submit(room, { author: 'Ada', text })
  }
  for (let i = 0; i < 5; i++) await say(`before ${i}`)
  await edit('components/ChatMessage.tsx', '<p>{text}</p>', '<p>{text}!</p>')
  await eventually('the edit is noticed', async () => {
    await say(`during ${texts.length}`)
    return server.output().includes('components/ChatMessage.tsx')
  })
  await say('after')

  await expectTexts(
    page.locator('.messages p'),
    texts.map((text) => `${text}!`),
  )
  const heard = await eventually('the stream goes on', async () => {
    const all = await listener.evaluate(() => (window as unknown as { heard: string[] }).heard)
    return all.at(-1)?.includes('<p>after!</p>') && all
  })
  expect(heard.map((data) => /<p>(.*?)!?<\/p>/.exec(data)?.[1])).toEqual(texts)
  expect(heard[0]).toContain('<p>before 0</p>')
})
