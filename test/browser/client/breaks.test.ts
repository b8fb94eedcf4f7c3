import { expect } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { addMarkup, expectStates, heard, noteEvents, showPage, turnPage } from './states.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage(test, browser)

everywhere(
  'whatever the server answers meanwhile, everything is there once',
  async ({ major, wire, open, say }) => {
    const page = await open(['refused'])
    await noteEvents(page, 'rivulet:waiting', 'rivulet:open', 'rivulet:error')
    say('refused', '1')
    await expectTexts(page.locator('li'), ['1'])
    const answers = [
      new Response(null, { status: 502 }),
      new Response(null, { status: 429 }),
      new Response('<p>data: evil</p>\n\ndata: <li>evil</li>\n\n', {
        headers: { 'content-type': 'text/html' },
      }),
      Response.redirect(`${wire.url}/page-${major}`),
      new Response('retry: 20\n\n', { headers: { 'content-type': 'text/event-stream' } }),
    ]
    wire.answer = (_, url) =>
      url.search.includes('refused') && url.pathname === '/sse' ? answers.shift() : undefined
    wire.dropAll()
    say('refused', '2')
    await expectTexts(page.locator('li'), ['1', '2'])
    say('refused', '3')
    await expectTexts(page.locator('li'), ['1', '2', '3'])
    expect(answers).toEqual([])
    expect(await heard(page)).toEqual([
      'rivulet:waiting',
      'rivulet:error 502',
      'rivulet:error 429',
      'rivulet:error text/html 200',
      'rivulet:error text/html; charset=utf-8 200',
      'rivulet:open',
    ])
  },
)

everywhere('a first connection that fails is tried again', async ({ wire, open, say }) => {
  let refusals = 3
  wire.answer = (_, url) =>
    url.pathname === '/sse' && refusals-- > 0 ? new Response('Not yet', { status: 503 }) : undefined
  const page = await open(['first'])
  say('first', '1')
  await expectTexts(page.locator('li'), ['1'])
})

everywhere('a connection that goes silent is replaced', async ({ wire, open, say }) => {
  const page = await open(['silent'], { settings: 'data-silence="300"' })
  const asked = wire.asked.length
  const [silent] = [...wire.open].filter(({ topics }) => topics.includes('silent'))
  wire.open.delete(silent!)
  say('silent', '1')
  await expectTexts(page.locator('li'), ['1'])
  expect(wire.asked.length).toBeGreaterThan(asked)
})

everywhere(
  'a browser that was offline goes on at once when it is back',
  async ({ wire, proxy: line, open, say }) => {
    const proxy = await line()
    const page = await open(['offline'], { settings: 'data-longest="60000"', origin: proxy.url })
    wire.retry = 60_000
    const asked = wire.asked.length
    wire.dropAll()
    await eventually('it has heard of that', () => wire.asked.length > asked)
    await expectStates(page, 'open')
    await page.context().setOffline(true)
    proxy.breakAll()
    await expectStates(page, 'waiting')
    say('offline', '1')
    await page.context().setOffline(false)
    await expectTexts(page.locator('li'), ['1'], 5_000)
    wire.retry = 40
  },
)

everywhere(
  'another server behind the same name goes on, or paints anew',
  async ({ wire: first, serve, proxy: line, open }) => {
    await using second = serve()
    const topic = 'deploy'
    const proxy = await line()
    for (const server of [first, second]) server.publish(topic, 'before')
    const page = await open(['deploy'], { origin: proxy.url })
    proxy.target = second.server.port!
    second.publish(topic, 'after')
    await first.stop()
    await expectTexts(page.locator('li'), ['before', 'after'])
    expect(await page.evaluate(() => performance.getEntriesByType('navigation').length)).toBe(1)

    await using third = serve({ port: first.server.port! })
    third.topic(topic).epoch = 2
    third.publish(topic, 'anew')
    proxy.target = third.server.port!
    await second.stop()
    await expectTexts(page.locator('li'), ['anew'])
    await expectStates(page, 'open')
    third.publish(topic, 'and on')
    await expectTexts(page.locator('li'), ['anew', 'and on'])
  },
)

everywhere(
  'a page that nobody looks at lets go, and catches up',
  async ({ open, say, connections }) => {
    const page = await open(['hidden'], { settings: 'data-hidden="1000"' })
    await showPage(page, false)
    say('hidden', '1')
    await expectTexts(page.locator('li'), ['1'])
    await eventually('it lets go', () => connections('hidden') === 0)
    await expectStates(page, 'waiting')
    say('hidden', '2', '3')
    await Bun.sleep(100)
    expect(connections('hidden')).toBe(0)
    await showPage(page, true)
    await expectTexts(page.locator('li'), ['1', '2', '3'])
    await expectStates(page, 'open')
  },
)

everywhere(
  'a page that is left lets go at once, and catches up when it comes back as it was',
  async ({ open, say, connections }) => {
    const page = await open(['left'])
    await turnPage(page, 'pagehide')
    await eventually('it lets go', () => connections('left') === 0)
    say('left', '1', '2')
    await turnPage(page, 'pageshow')
    await expectTexts(page.locator('li'), ['1', '2'])
  },
)

everywhere(
  'on a slow line nothing is missed while parts come and go',
  async ({ wire, proxy: line, open, say }) => {
    const proxy = await line()
    const page = await open(['slow'], { origin: proxy.url })
    proxy.delay = 150
    let said = 0
    const timer = setInterval(() => say('slow', String(++said)), 10)
    for (let count = 0; count < 5; count++) {
      await page.evaluate(
        (html) => {
          document.querySelector('section:nth-child(2)')?.remove()
          document.body.insertAdjacentHTML('beforeend', html)
          const { htmx } = window as unknown as { htmx: { process(element: Element): void } }
          htmx.process(document.body.lastElementChild!)
        },
        wire.part(`slow-${count}`),
      )
      await Bun.sleep(100)
    }
    clearInterval(timer)
    await expectStates(page, 'open', 'open')
    const texts = Array.from({ length: said }, (_, index) => String(index + 1))
    await expectTexts(page.locator('section:first-child li'), texts)
  },
)

everywhere(
  'parts that come while a connection breaks and the next is on its way are not forgotten',
  async ({ wire, open, say }) => {
    const page = await open(['here'])
    const gate = Promise.withResolvers<void>()
    let held = 0
    wire.answer = async (_, url) => {
      if (url.pathname !== '/sse') return undefined
      held++
      await gate.promise
      return undefined
    }
    const add = (topic: string): Promise<void> => addMarkup(page, wire.part(topic))
    await add('second')
    await eventually('the next connection is on its way', () => held === 1)
    await add('third')
    wire.dropAll()
    say('here', '1')
    say('third', '2')
    gate.resolve()
    await expectTexts(page.locator('li'), ['1', '2'])
    await expectStates(page, 'open', 'open', 'open')
    await eventually('one connection', () => wire.open.size === 1)
  },
)

everywhere(
  'a browser that is back online does not wait for an answer that hangs',
  async ({ wire, open, say }) => {
    const page = await open(['hung', 'too'])
    let asked = 0
    wire.answer = (_, url) =>
      url.pathname === '/sse' && asked++ === 0 ? new Promise(() => undefined) : undefined
    wire.dropAll()
    await eventually('it asks', () => asked === 1)
    say('hung', '1')
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await expectTexts(page.locator('li'), ['1'], 5_000)
    // Once for both.
    expect(asked).toBe(2)
  },
)
