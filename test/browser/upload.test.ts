import { expect } from 'bun:test'
import type { Page, Request } from 'playwright-core'
import { requires } from '../run/requires.ts'
import { useBrowser } from './browser.ts'
import { useServer } from './server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const server = useServer()

interface Counted {
  readonly hash: string
  readonly lines: number
  readonly words: number
}

/** Uploads a file as a visitor does, and waits for the hash on the page that follows it. */
async function upload(page: Page, name: string, content: Uint8Array): Promise<void> {
  await page.goto(`${server.url}/tasks`)
  const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) }
  await page.getByLabel('File').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.waitForURL('**/tasks/*-*')
  await page.locator('.hash').waitFor()
}

/** What coreutils say about the content: the other opinion. */
async function counted(content: Uint8Array): Promise<Counted> {
  const run = (command: string[]): Promise<string> =>
    new Response(
      Bun.spawn(command, { stdin: content, env: { ...process.env, LC_ALL: 'C' } }).stdout,
    ).text()
  const [hash = ''] = (await run(['sha256sum'])).split(' ')
  const [lines = NaN, words = NaN] = (await run(['wc', '-l', '-w'])).trim().split(/\s+/).map(Number)
  return { hash, lines, words }
}

async function expectDone(page: Page, content: Uint8Array): Promise<void> {
  const { hash, lines, words } = await counted(content)
  const [size, l, w] = [content.byteLength, lines, words].map((n) => n.toLocaleString('en'))
  expect(await page.locator('.hash').textContent()).toBe(hash)
  expect(await page.locator('.task p').textContent()).toBe(
    `100 % of ${size} bytes, ${l} lines, ${w} words`,
  )
  const bar = page.locator('.task progress')
  expect(await bar.evaluate((element: HTMLProgressElement) => element.position)).toBe(1)
}

/** Several MB: words cut by the borders of the steps that it is read in, all kinds of white space. */
function text(): Uint8Array {
  const line = 'The quick brown fox\tjumps  over the lazy dog, 12345 times.\r\n'
  return new TextEncoder().encode(line.repeat(90_000) + '\n\n no line feed at the end')
}

test.concurrent('a file of several MB is hashed and counted, and its page follows', async () => {
  const content = text()
  const page = await browser.open('about:blank')
  await upload(page, 'fox <b>.txt', content)
  await expectDone(page, content)
  expect(await page.locator('.task h3').textContent()).toBe('fox <b>.txt')
})

test.concurrent('an empty file is done at once', async () => {
  const page = await browser.open('about:blank')
  await upload(page, 'empty', new Uint8Array())
  await expectDone(page, new Uint8Array())
})

test.concurrent('a stream that has ended is left alone', async () => {
  const page = await browser.open('about:blank')
  const requests: string[] = []
  const ended = Promise.withResolvers<void>()
  const isStream = (request: Request): boolean => request.url().includes('/sse?')
  page.on('request', (request) => {
    if (isStream(request)) requests.push(request.url())
  })
  for (const event of ['requestfinished', 'requestfailed'] as const)
    page.on(event as 'requestfinished', (request) => {
      if (isStream(request)) ended.resolve()
    })
  await upload(page, 'short.txt', new TextEncoder().encode('a b\nc\n'))
  await ended.promise

  // A stock client that goes on would come back: it is told by a 204 to stop for good.
  const [url = ''] = requests
  const second = await page.evaluate(
    (url) =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = []
        const source = new EventSource(url)
        source.addEventListener('progress', () => seen.push('progress'))
        source.addEventListener('end', () => seen.push('end'))
        source.onerror = () => {
          if (source.readyState === EventSource.CLOSED) resolve([...seen, 'closed'])
        }
      }),
    `/sse/${new URL(url).searchParams.get('on')?.replace(/@.*/, '')}`,
  )
  expect(second.slice(-2)).toEqual(['end', 'closed'])
  // The other client has had the time of a reconnect by now, and the page has used one connection.
  expect(requests.filter((requested) => requested === url)).toHaveLength(1)
})
