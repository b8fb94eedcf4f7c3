import { expect } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { expectStates, heard, noteEvents, turnPage } from './states.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage(test, browser)

everywhere(
  'after a gap a part is painted anew; what was scrolled and has the focus stays',
  async ({ wire, open, say }) => {
    const page = await open(['gap'])
    say(
      'gap',
      ...Array.from({ length: 40 }, (_, index) => `<a id="a${index}" href="#">${index}</a>`),
    )
    await page.locator('#a39').waitFor()
    await noteEvents(page, 'rivulet:reset', 'rivulet:open', 'rivulet:waiting')
    await page.evaluate(() => {
      // By the object model: a style attribute is against the policy of the page.
      const sheet = new CSSStyleSheet()
      sheet.replaceSync('ol { height: 100px; overflow: auto }')
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
      document.querySelector<HTMLElement>('#a20')!.focus()
      document.querySelector('ol')!.scrollTop = 321
      Object.assign(document.querySelector('section')!, { old: true })
    })
    const { entries } = wire.topic('gap')
    wire.dropAll()
    wire.forget('gap')
    for (const { data } of entries) wire.publish('gap', data.replace(/<\/?li>/g, ''))
    await page.waitForFunction(() => !('old' in document.querySelector('section')!))
    await expectStates(page, 'open')
    expect(
      await page.evaluate(() => [
        document.activeElement?.id,
        document.querySelector('ol')?.scrollTop,
      ]),
    ).toEqual(['a20', 321])
    say('gap', 'new')
    await expectTexts(page.locator('li').last(), ['new'])
    expect((await heard(page)).filter((event) => event === 'rivulet:reset')).toHaveLength(1)
  },
)

everywhere(
  'a part that cannot be painted anew is tried again; a page to sign in is none',
  async ({ major, wire, open }) => {
    const topic = 'unpaintable'
    const page = await open(['unpaintable'])
    await noteEvents(page, 'rivulet:error', 'rivulet:denied')
    const answers = [
      () => new Response('Broken', { status: 500 }),
      () => new Response('{}', { headers: { 'content-type': 'application/json' } }),
      () => Response.redirect(`${wire.url}/page-${major}`),
    ]
    wire.answer = (request, url) =>
      url.pathname === `/sse/${topic}` && request.headers.get('accept') === 'text/html'
        ? answers.shift()?.()
        : undefined
    wire.forget(topic)
    wire.dropAll()
    await expectStates(page, 'denied')
    expect(answers).toEqual([])
    expect(await page.locator('title').count()).toBe(1)
    expect((await heard(page)).filter((event) => event === 'rivulet:error')).toHaveLength(2)
  },
)

everywhere('the page may paint a part itself', async ({ wire, open, say }) => {
  const topic = 'itself'
  const page = await open(['itself'])
  await page.evaluate(() =>
    document.addEventListener('rivulet:reset', (event) => {
      event.preventDefault()
      const part = event.target as HTMLElement
      part.querySelector('ol')!.replaceChildren()
      part.setAttribute('sse-connect', part.getAttribute('sse-connect')!.replace(/e1\.\d+/, 'e2.0'))
    }),
  )
  say('itself', 'old')
  await expectTexts(page.locator('li'), ['old'])
  wire.dropAll()
  wire.forget(topic)
  wire.publish(topic, 'new')
  await expectTexts(page.locator('li'), ['new'])
  await expectStates(page, 'open')
})

everywhere(
  'what has ended, or is denied, stays so; the others go on',
  async ({ wire, open, say, connections }) => {
    const page = await open(['ends', 'expires', 'denied', 'goes-on'])
    await noteEvents(page, 'rivulet:ended', 'rivulet:denied', 'rivulet:expired', 'htmx:sseClose')
    wire.judge('ends', 'end')
    wire.judge('denied', 403)
    await expectStates(page, 'ended', 'open', 'denied', 'open')
    // Painted anew, it may be listened to again.
    wire.judge('expires', 'expired')
    wire.judge('expires', undefined)
    await expectStates(page, 'ended', 'open', 'denied', 'open')
    // And then it may not.
    wire.answer = (_, url) =>
      url.pathname === `/sse/${'expires'}` ? new Response('No.', { status: 403 }) : undefined
    wire.judge('expires', 'expired')
    await expectStates(page, 'ended', 'denied', 'denied', 'open')
    const asked = wire.asked.length
    wire.dropAll()
    say('goes-on', '1')
    await expectTexts(page.locator('li'), ['1'])
    expect(wire.asked.slice(asked).map(({ url }) => new URL(url).search)).toEqual([
      `?on=${'goes-on'}%40e1.0`,
    ])
    const events = await heard(page)
    expect(events.filter((event) => !event.startsWith('rivulet:expired'))).toEqual([
      'rivulet:ended',
      'htmx:sseClose message',
      'rivulet:denied 403',
      'htmx:sseClose message',
      'rivulet:denied 403',
    ])
    wire.judge('goes-on', 'end')
    await expectStates(page, 'ended', 'denied', 'denied', 'ended')
    await eventually('nothing is open', () => connections('goes-on') === 0)
  },
)

everywhere(
  'a server without connections for many topics is asked for each',
  async ({ wire, open, say }) => {
    wire.answer = (_, url) =>
      url.pathname === '/sse' ? new Response('What?', { status: 404 }) : undefined
    const page = await open(['alone', 'too'])
    say('alone', '1')
    say('too', '2')
    await expectTexts(page.locator('li'), ['1', '2'])
    wire.dropAll()
    say('alone', '3')
    await expectTexts(page.locator('li'), ['1', '3', '2'])
    wire.forget('alone')
    wire.dropAll()
    await expectTexts(page.locator('li'), ['2'])
  },
)

everywhere(
  'topics that have failed for a moment come back to the one connection',
  async ({ wire, open, say }) => {
    const failing = Array.from({ length: 8 }, (_, index) => `fails-${index}`)
    const page = await open([...failing, 'good'])
    const asked = wire.asked.length
    for (const topic of failing) wire.judge(topic, 503)
    await expectStates(page, ...failing.map(() => 'waiting'), 'open')
    say('good', '1')
    for (const topic of failing) {
      wire.judge(topic, undefined)
      say(topic, topic)
    }
    await expectTexts(page.locator('li'), [...failing, '1'])
    await expectStates(page, ...failing.map(() => 'open'), 'open')
    await eventually('one connection', () => wire.open.size === 1)
    expect(wire.asked.slice(asked).every(({ url }) => new URL(url).pathname === '/sse')).toBe(true)
  },
)

everywhere(
  'a gateway that knows nothing of a server for a moment ends nothing',
  async ({ wire, open, say }) => {
    const page = await open(['kept', 'too'])
    let refusals = 2
    wire.answer = (_, url) =>
      url.pathname.startsWith('/sse') && refusals-- > 0
        ? new Response('?', { status: 404 })
        : undefined
    wire.dropAll()
    say('kept', '1')
    await expectTexts(page.locator('li'), ['1'])
    await expectStates(page, 'open', 'open')
    await eventually('one connection', () => wire.open.size === 1)
  },
)

everywhere('a topic whose visitor is sent to sign in is denied', async ({ wire, open }) => {
  const page = await open(['session', 'public'])
  const asked = wire.asked.length
  wire.judge('session', 302)
  await expectStates(page, 'denied', 'open')
  await Bun.sleep(300)
  expect(wire.asked.length - asked).toBeLessThan(2)
})

everywhere('several parts of a topic are painted anew at once', async ({ wire, open, say }) => {
  const page = await open(['same', 'same', 'same', 'same'], { settings: 'data-retry="5000"' })
  wire.retry = 50
  wire.dropAll()
  wire.forget('same')
  say('same', 'new')
  await expectTexts(page.locator('li'), ['new', 'new', 'new', 'new'], 4_000)
})

everywhere('a painting that never comes is asked for again', async ({ wire, open, say }) => {
  const page = await open(['hangs'], { settings: 'data-silence="400"' })
  let asked = 0
  wire.answer = (request, url) =>
    request.headers.get('accept') === 'text/html' &&
    url.pathname === `/sse/${'hangs'}` &&
    asked++ === 0
      ? new Promise(() => undefined)
      : undefined
  wire.forget('hangs')
  wire.dropAll()
  say('hangs', 'anew')
  await expectTexts(page.locator('li'), ['anew'])
  await expectStates(page, 'open')
  expect(asked).toBe(2)
})

everywhere(
  'a gateway that knows nothing of a server for a moment ends nothing for a page that comes back, either',
  async ({ wire, open, say }) => {
    const page = await open(['left', 'too'])
    await turnPage(page, 'pagehide')
    await eventually('it lets go', () => wire.open.size === 0)
    let refusals = 2
    wire.answer = (_, url) =>
      url.pathname === '/sse' && refusals-- > 0 ? new Response('?', { status: 404 }) : undefined
    say('left', '1')
    await turnPage(page, 'pageshow')
    await expectTexts(page.locator('li'), ['1'])
    await expectStates(page, 'open', 'open')
  },
)

everywhere(
  'a part that is no stream goes to its own URL, also where another has just left',
  async ({ wire, open }) => {
    const page = await open(['stream'])
    wire.answer = (_, url) => {
      if (url.search.includes('custom') && !url.search.includes('stream'))
        return new Response('No stream', { status: 404 })
      return url.pathname === `/sse/${'custom'}`
        ? new Response(
            new ReadableStream({ start: (controller) => controller.enqueue('data: own\n\n') }),
            {
              headers: { 'content-type': 'text/event-stream' },
            },
          )
        : undefined
    }
    await page.evaluate(
      (html) => {
        document.body.insertAdjacentHTML('beforeend', html)
        document.querySelector('section')!.remove()
        const { htmx } = window as unknown as { htmx: { process(element: Element): void } }
        htmx.process(document.body.lastElementChild!)
      },
      wire.part('custom').replace(/\?after=[^"]+/, ''),
    )
    await expectTexts(page.locator('ol'), ['own'])
  },
)

everywhere(
  'a painting that fails again and again is asked for ever more rarely',
  async ({ wire, open }) => {
    const page = await open(['unwell'], { settings: 'data-retry="300" data-longest="60000"' })
    let asked = 0
    wire.answer = (request, url) => {
      if (request.headers.get('accept') !== 'text/html' || url.pathname !== `/sse/${'unwell'}`)
        return undefined
      asked++
      return new Response('Unwell', { status: 500 })
    }
    wire.forget('unwell')
    wire.dropAll()
    await eventually('some tries', () => asked > 3)
    await Bun.sleep(1500)
    expect(asked).toBeLessThan(12)
    await page.evaluate(() => document.body.replaceChildren())
  },
)

everywhere(
  'topics that have failed for long are asked for together, and not more and more often',
  async ({ wire, open, say }) => {
    const failing = ['down-1', 'down-2', 'down-3']
    const page = await open([...failing, 'up'], { settings: 'data-longest="1000"' })
    const asked = wire.asked.length
    for (const topic of failing) wire.judge(topic, 503)
    await Bun.sleep(4000)
    // Each wait is half a second on average.
    expect(wire.asked.length - asked).toBeWithin(2, 20)
    await expectStates(page, 'waiting', 'waiting', 'waiting', 'open')
    say('up', '1')
    await expectTexts(page.locator('li'), ['1'])
    for (const topic of failing) wire.judge(topic, undefined)
    await expectStates(page, 'open', 'open', 'open', 'open')
    await eventually('one connection', () => wire.open.size === 1)
  },
)
