import { expect } from 'bun:test'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { expectStates } from './states.ts'
import { WireServer } from './wire-server.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage(test, browser)

everywhere('a swap may be a view transition, as htmx has it', async ({ wire, open }) => {
  const page = await open([], {
    body: `<div sse-connect="/sse/${'turns'}" hx-ext="sse">
<p sse-swap="plain"></p><p sse-swap="turn" hx-swap="innerHTML transition:true"></p></div>`,
  })
  await expectStates(page, 'open')
  await page.evaluate(() => {
    const start = document.startViewTransition.bind(document)
    const turns: true[] = []
    Object.assign(window, { turns })
    document.startViewTransition = (...options) => {
      turns.push(true)
      return start(...options)
    }
  })
  const turns = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { turns: unknown[] }).turns.length)
  wire.publish('turns', 'at once', 'plain')
  await expectTexts(page.locator('p'), ['at once', ''])
  expect(await turns()).toBe(0)
  wire.publish('turns', 'gently', 'turn')
  await expectTexts(page.locator('p'), ['at once', 'gently'])
  expect(await turns()).toBe(1)
})

everywhere('every style of a swap is known', async ({ wire, open }) => {
  const styles = ['beforebegin', 'afterbegin', 'beforeend', 'afterend', 'none']
  const page = await open([], {
    body: `<div sse-connect="/sse/${'styles'}" hx-ext="sse">${styles
      .map(
        (style) =>
          `<div id="${style}-around"><b sse-swap="${style}" hx-swap="${style}">=</b></div>`,
      )
      .join('')}<div id="gone"><b sse-swap="gone" hx-swap="delete">=</b></div></div>`,
  })
  await expectStates(page, 'open')
  for (const style of styles) wire.publish('styles', '<i>+</i>', style)
  wire.publish('styles', '', 'gone')
  await expectTexts(page.locator('[id$=-around],#gone'), ['+=', '+=', '=+', '=+', '=', ''])
})

test('htmx 4: a swap may be a morph, in which the elements stay', async () => {
  await using wire = new WireServer()
  const page = await browser.open(
    `${wire.url}/page-4?${new URLSearchParams({
      body: `<div sse-connect="/sse/morph" hx-ext="sse"><ul sse-swap="list" hx-swap="innerMorph"><li id="a">1</li><li id="b">2</li></ul></div>`,
    })}`,
  )
  await expectStates(page, 'open')
  await page.evaluate(() => Object.assign(document.querySelector('#b')!, { stays: true }))
  wire.publish('morph', '<li id="b">3</li><li id="a">4</li>', 'list')
  await expectTexts(page.locator('li'), ['3', '4'])
  expect(await page.evaluate(() => 'stays' in document.querySelector('#b')!)).toBe(true)
  await page.context().close()
})

everywhere(
  'where Trusted Types are enforced, it is htmx alone that makes markup of text',
  async ({ major, wire, visitor, say }) => {
    wire.answer = (_, url) => {
      if (url.pathname === '/policy.js')
        return new Response(
          `const sinks = []; trustedTypes.createPolicy('default', { createHTML: note, createScript: note, createScriptURL: note })
function note(text) { sinks.push(/(\\/[\\w-]+\\.js)/.exec(new Error().stack.replaceAll('/policy.js', ''))?.[1]); return text }`,
          { headers: { 'content-type': 'text/javascript' } },
        )
      if (url.pathname !== '/trusted') return undefined
      const head = '<script src="/policy.js"></script>'
      return new Response(wire.page(major, wire.part('trusted'), head), {
        headers: {
          'content-type': 'text/html',
          'content-security-policy': `default-src 'self'; require-trusted-types-for 'script'; trusted-types default`,
        },
      })
    }
    const page = await (await visitor()).newPage()
    await page.goto(`${wire.url}/trusted`)
    await expectStates(page, 'open')
    say('trusted', 'once')
    await expectTexts(page.locator('li'), ['once'])
    wire.forget('trusted')
    wire.dropAll()
    say('trusted', 'anew')
    await expectTexts(page.locator('li'), ['anew'])
    await expectStates(page, 'open')
    const used = await page.evaluate('[...new Set(sinks)]')
    expect(used).toEqual([`/htmx-${major}.js`])
  },
)
