import { expect } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { expectStates, heard, noteEvents } from './states.ts'

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
