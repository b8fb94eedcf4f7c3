import { expect } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { expectStates, showPage } from './states.ts'

const { test } = requires('chromium')
const everywhere = onEveryStage(test, useBrowser())

const EVENTS = { headers: { 'content-type': 'text/event-stream' } }

everywhere(
  'what htmx keeps out of is no target, and connects to nothing',
  async ({ wire, open, major }) => {
    const attribute = major === 2 ? 'hx-disable' : 'hx-ignore'
    const page = await open([], {
      body: `<div hx-ext="sse" sse-connect="/sse/kept">
      <p sse-swap="message">0</p>
      <div ${attribute}><p sse-swap="message">0</p><p sse-connect="/sse/strange" sse-swap="message">0</p></div>
      <div data-${attribute}><p sse-swap="message">0</p><p sse-connect="/sse/strange" sse-swap="message">0</p></div>
      <div hx-ext="ignore:sse"><p sse-swap="message">0</p></div>
    </div>`,
    })
    await eventually('it is open', () => wire.open.size === 1)
    wire.publish('strange', 'no')
    wire.publish('kept', 'yes')
    await expectTexts(page.locator('p'), ['yes', '0', '0', '0', '0', '0'])
    expect([...wire.open].flatMap(({ topics }) => topics)).toEqual(['kept'])
  },
)

everywhere('what leads nowhere is passed over, and the others connect', async ({ wire, open }) => {
  const page = await open([], {
    body: `<div hx-ext="sse"><div id="empty" sse-connect=""></div><div id="wrong" sse-connect="http://["></div>
      <div id="right" sse-connect="/sse/right"><p sse-swap="message">0</p></div></div>`,
  })
  await eventually('it is open', () => wire.open.size === 1)
  wire.publish('right', 'yes')
  await expectTexts(page.locator('p'), ['yes'])
  expect(await page.locator('#empty').getAttribute('data-live')).toBeNull()
})

everywhere('an element is a target as soon as somebody makes it one', async ({ wire, open }) => {
  const page = await open([], {
    body: `<div hx-ext="sse" sse-connect="/sse/kept"><p sse-swap="said"></p><p>not yet</p>
      <ol sse-swap="more" hx-swap="beforeend"></ol></div>`,
  })
  await eventually('it is open', () => wire.open.size === 1)
  wire.publish('kept', '1', 'said')
  await expectTexts(page.locator('p'), ['1', 'not yet'])
  await page.evaluate(() => {
    const [first, second] = document.querySelectorAll('p')
    first!.removeAttribute('sse-swap')
    second!.setAttribute('sse-swap', 'said')
  })
  wire.publish('kept', '2', 'said')
  await expectTexts(page.locator('p'), ['1', '2'])
  await page.evaluate(() => {
    // A change of the document itself, which is no element, comes before.
    document.append(document.createComment('here'))
    const nested = '<div><p sse-swap="said"></p><p hx-trigger="none"></p></div>'
    document.querySelector('ol')!.insertAdjacentHTML('afterend', nested)
  })
  wire.publish('kept', '3', 'said')
  await expectTexts(page.locator('p'), ['1', '3', '3', ''])
  await page.evaluate(() => {
    const last = [...document.querySelectorAll('p')].at(-1)!
    last.addEventListener('sse:said', () => last.append('heard'))
    last.setAttribute('hx-trigger', 'sse:said')
  })
  wire.publish('kept', '4', 'said')
  await expectTexts(page.locator('p'), ['1', '4', '4', 'heard'])
  // In one piece: what an event brings along hears the next.
  wire.publish('kept', '<li sse-swap="said"></li>', 'more')
  wire.publish('kept', '5', 'said')
  await expectTexts(page.locator('li'), ['5'])
})

everywhere('sse-close ends a stream of the app below /sse/, too', async ({ wire, open }) => {
  wire.answer = (request, { pathname }) => {
    if (pathname === '/sse') return new Response(null, { status: 404 })
    if (pathname !== '/sse/own') return undefined
    return new Response('event: bye\ndata: last\n\n', EVENTS)
  }
  const page = await open([], {
    body: '<div hx-ext="sse" sse-connect="/sse/own" sse-close="bye"><p sse-swap="bye"></p></div>',
  })
  await expectStates(page, 'ended')
  await expectTexts(page.locator('p'), ['last'])
})

everywhere('a hidden page stays with a stream that repeats nothing', async ({ wire, open }) => {
  let send: ((text: string) => void) | undefined
  wire.answer = (_, { pathname }) => {
    if (pathname !== '/own') return undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        send = (text) => controller.enqueue(new TextEncoder().encode(`${text}\n\n`))
        send(': hello')
      },
    })
    return new Response(body, EVENTS)
  }
  const page = await open([], {
    settings: 'data-hidden="50"',
    body: '<div hx-ext="sse" sse-connect="/own"><p sse-swap="message" hx-swap="beforeend"></p></div>',
  })
  await expectStates(page, 'open')
  await showPage(page, false)
  await Bun.sleep(150)
  send!('data: still here')
  await expectTexts(page.locator('p'), ['still here'])
  await expectStates(page, 'open')
})

everywhere('a quiet stream that is cut again and again has not failed', async ({ wire, open }) => {
  wire.answer = (_, { pathname }) => {
    if (pathname !== '/own') return undefined
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(': quiet\n\n'))
        await Bun.sleep(200)
        controller.close()
      },
    })
    return new Response(body, EVENTS)
  }
  const page = await open([], {
    // A fifth of it is how long one has to hold.
    settings: 'data-silence="250"',
    body: '<div hx-ext="sse" sse-connect="/own"></div>',
  })
  const failures = await page.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const all: unknown[] = []
        document.addEventListener('rivulet:waiting', (event) => {
          all.push((event as CustomEvent<{ failures: number }>).detail.failures)
          if (all.length === 4) resolve(all)
        })
      }),
  )
  expect(failures).toEqual([1, 1, 1, 1])
})
