import { expect } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { onEveryStage } from './stage.ts'
import { addMarkup, expectStates, heard, noteEvents } from './states.ts'

const { test } = requires('chromium')
const browser = useBrowser()
const everywhere = onEveryStage(test, browser)

everywhere(
  'all parts of a page come by one connection, without a word in the console',
  async ({ http, wire, visitor, urlOf }) => {
    const page = await (await visitor()).newPage()
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(String(error)))
    const topics = Array.from({ length: 50 }, (_, index) => `many/${index}%2F`)
    const before = wire.asked.length
    await page.goto(urlOf(topics))
    await expectStates(page, ...topics.map(() => 'open'))
    expect(wire.asked.length - before).toBe(1)
    for (const topic of topics) wire.publish(topic, topic)
    await expectTexts(page.locator('li'), topics)
    expect(wire.asked.length - before).toBe(1)
    expect(said).toEqual([])
    const protocols = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => (entry as PerformanceResourceTiming).nextHopProtocol),
    )
    expect(new Set(protocols)).toEqual(new Set([http === 1 ? 'http/1.1' : 'h2']))
  },
)

everywhere(
  'swaps are those of htmx: styles, modifiers, out of band, focus and events',
  async ({ wire, open }) => {
    const page = await open([], {
      body: `<div sse-connect="/sse/${'styles'}" hx-ext="sse">
      <div id="inner" sse-swap="inner">old</div>
      <div id="around"><p id="outer" sse-swap="outer" hx-swap="outerHTML">old</p></div>
      <ul id="first" sse-swap="first, both" hx-swap="afterbegin"><li>old</li></ul>
      <ul id="last" sse-swap="both,last" hx-swap="beforeend"></ul>
      <i sse-swap="elsewhere" hx-target="#target"></i><i id="late" sse-swap="late" hx-swap="innerHTML swap:60ms"></i>
      <div id="form" sse-swap="form"><input id="field" value="a"></div>
    </div><b id="target"></b><b id="band"></b>`,
    })
    await expectStates(page, 'open')
    await noteEvents(page, 'htmx:sseBeforeMessage', 'htmx:sseMessage', 'rivulet:event')
    await page.evaluate(() => {
      document.addEventListener('htmx:sseBeforeMessage', (event) => {
        if ((event as CustomEvent<MessageEvent<string>>).detail.data === 'never')
          event.preventDefault()
      })
      document.addEventListener('rivulet:event', (event) => {
        if ((event as CustomEvent<{ data: string }>).detail.data === 'not at all')
          event.preventDefault()
      })
    })
    await page.locator('#field').focus()
    const send = (event: string, data: string): void => wire.publish('styles', data, event)
    send('inner', 'new<p hx-swap-oob="innerHTML" id="band">from afar</p>')
    send('inner', 'never')
    send('inner', 'not at all')
    send('outer', '<p id="outer" sse-swap="outer" hx-swap="outerHTML">once</p>')
    send('outer', '<p id="outer">twice</p>')
    send('both', '<li>1</li>')
    send('first', '<li>2</li>')
    send('last', '<li>3</li>')
    send('elsewhere', 'there')
    send('late', 'in time')
    send('form', '<input id="field" value="b">')
    await expectTexts(page.locator('#late'), ['in time'])
    await expectTexts(page.locator('#inner,#outer,#target,#band'), [
      'new',
      'twice',
      'there',
      'from afar',
    ])
    await expectTexts(page.locator('#first li'), ['2', '1', 'old'])
    await expectTexts(page.locator('#last li'), ['1', '3'])
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field')
    expect(await page.locator('#field').inputValue()).toBe('b')
    const events = await heard(page)
    expect(events.filter((event) => event.startsWith('rivulet')).length).toBe(11)
    expect(events.filter((event) => event === 'htmx:sseBeforeMessage inner').length).toBe(2)
    expect(events.filter((event) => event === 'htmx:sseMessage inner').length).toBe(1)
    expect(events.filter((event) => event === 'htmx:sseMessage both').length).toBe(2)
  },
)

everywhere('a partial goes where it says', async ({ wire, open }) => {
  const page = await open([], {
    body: `<div sse-connect="/sse/${'partial'}" hx-ext="sse"><i sse-swap="message">i</i></div><b id="b"></b>`,
  })
  await expectStates(page, 'open')
  wire.ephemeral(
    'partial',
    'message',
    '<hx-partial hx-target="#b" hx-swap="innerHTML">whole</hx-partial>',
  )
  await expectTexts(page.locator('#b'), ['whole'])
})

everywhere('hx-trigger asks for more when an event comes', async ({ wire, open }) => {
  wire.answer = (_, url) =>
    url.pathname === '/more' ? new Response(`more ${url.search}`) : undefined
  const page = await open([], {
    body: `<div sse-connect="/sse/${'trigger'}" hx-ext="sse"><i hx-get="/more?1" hx-trigger="click, sse:one, sse:two"></i>
     <i hx-get="/more?2" hx-trigger="sse:two delay:10ms"></i></div>`,
  })
  await expectStates(page, 'open')
  wire.publish('trigger', '', 'one')
  await expectTexts(page.locator('i'), ['more ?1', ''])
  wire.publish('trigger', '', 'two')
  await expectTexts(page.locator('i'), ['more ?1', 'more ?2'])
})

everywhere(
  'parts that come join the connection, those that go leave it, and the last closes it',
  async ({ wire, open, connections }) => {
    const page = await open(['first'])
    await expectStates(page, 'open')
    wire.publish('second', 'before')
    const add = (topic: string): Promise<void> => addMarkup(page, wire.part(topic))
    await add('second')
    await expectStates(page, 'open', 'open')
    await eventually(
      'one connection for both',
      () => connections('first') === 1 && connections('second') === 1,
    )
    expect([...wire.open].find(({ topics }) => topics.includes('second'))?.topics).toHaveLength(2)
    wire.publish('first', '1')
    wire.publish('second', '2')
    await expectTexts(page.locator('li'), ['1', 'before', '2'])

    // The same topic again, from where it is now: the connection stays as it is.
    const asked = wire.asked.length
    await add('second')
    await expectStates(page, 'open', 'open', 'open')
    wire.publish('second', '3')
    await expectTexts(page.locator('li'), ['1', 'before', '2', '3', 'before', '2', '3'])
    expect(wire.asked.length).toBe(asked)

    await page.evaluate(() => document.body.firstElementChild!.remove())
    await eventually('the first is let go of', () => connections('first') === 0)
    wire.publish('second', '4')
    await expectTexts(page.locator('li'), ['before', '2', '3', '4', 'before', '2', '3', '4'])
    await page.evaluate(() => document.body.replaceChildren())
    await eventually('nothing is open', () => connections('second') === 0)
  },
)

everywhere(
  'a part that is behind another of its topic is brought up, and then they are one',
  async ({ wire, open, connections }) => {
    const page = await open(['twice'])
    await expectStates(page, 'open')
    const old = wire.part('twice')
    const total = 600
    for (let count = 1; count <= total; count++) wire.publish('twice', String(count))
    const texts = Array.from({ length: total }, (_, index) => String(index + 1))
    await expectTexts(page.locator('li'), texts)
    await addMarkup(page, old)
    await expectTexts(page.locator('section:last-child li'), texts)
    await eventually('one connection', () => connections('twice') === 1)
    wire.publish('twice', 'last')
    await expectTexts(page.locator('li'), [...texts, 'last', ...texts, 'last'])
  },
)

everywhere(
  'a part of another URL has a connection of its own, with Last-Event-ID',
  async ({ wire, open }) => {
    const asked: (string | null)[] = []
    wire.answer = (request, url) => {
      if (url.pathname !== '/own') return undefined
      asked.push(request.headers.get('last-event-id'))
      return new Response(
        `retry: 20\n\nevent: reset\ndata: a reset of its own\n\nid: ${asked.length} é\ndata: ${asked.length}\n\n`,
        {
          headers: { 'content-type': 'text/event-stream' },
        },
      )
    }
    const page = await open(['beside'], {
      body: '<div sse-connect="/own?a=b" hx-ext="sse"><b sse-swap="message" hx-swap="beforeend"></b><i sse-swap="reset"></i></div>',
    })
    await eventually('it comes back', () => asked.length >= 3)
    expect(asked.slice(0, 3)).toEqual([null, '1 Ã©', '2 Ã©'])
    await expectTexts(page.locator('i'), ['a reset of its own'])
    expect((await page.locator('b').textContent())?.slice(0, 3)).toBe('123')
  },
)

everywhere(
  'another origin is left alone, unless the page says how to go there',
  async ({ major, wire, serve, visitor }) => {
    await using other = serve()
    const seen: string[] = []
    other.answer = (request, url) => {
      seen.push(`${url.pathname}${url.search} ${request.headers.get('cookie')}`)
      return new Response('id: 1.2\n\ndata: from afar\n\n', {
        headers: {
          'content-type': 'text/event-stream',
          'access-control-allow-origin': wire.url,
          'access-control-allow-credentials': 'true',
        },
      })
    }
    // The page's own policy would forbid it, too.
    wire.answer = (_, url) =>
      url.pathname === '/across'
        ? new Response(
            wire.page(
              major,
              `<div id="no" sse-connect="${other.url}/sse/x" hx-ext="sse"></div>
             <div id="yes" sse-connect="${other.url}/sse/y?after=1.1" sse-crossorigin="include" hx-ext="sse"><b sse-swap="message"></b></div>`,
            ),
            { headers: { 'content-type': 'text/html', 'set-cookie': 'a=1' } },
          )
        : undefined
    const page = await (await visitor()).newPage()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(`${wire.url}/across`)
    await expectTexts(page.locator('b'), ['from afar'])
    expect(await page.locator('#no').getAttribute('data-live')).toBeNull()
    expect([...new Set(errors)]).toEqual([`${other.url}/sse/x takes sse-crossorigin.`])
    expect(seen[0]).toBe('/sse/y?after=1.1 a=1')
    expect(seen.some((request) => request.startsWith('/sse/x'))).toBe(false)
  },
)

everywhere(
  'a stream of the app behind a URL of streams gets its own connection',
  async ({ wire, open }) => {
    wire.judge('app', 404)
    wire.answer = (_, url) =>
      url.pathname === `/sse/${'app'}`
        ? new Response(
            new ReadableStream({ start: (controller) => controller.enqueue('data: hello\n\n') }),
            {
              headers: { 'content-type': 'text/event-stream' },
            },
          )
        : undefined
    const page = await open(['app', 'other'])
    await expectStates(page, 'open', 'open')
    await expectTexts(page.locator('ol').first(), ['hello'])
  },
)

everywhere('a topic may have an @ in its name, and no cursor', async ({ wire, open }) => {
  const page = await open([], {
    body: `<div sse-connect="/sse/${'me@example.com'}" hx-ext="sse"><i sse-swap="message"></i></div>`,
  })
  await expectStates(page, 'open')
  wire.publish('me@example.com', 'mail')
  await expectTexts(page.locator('i'), ['mail'])
})

everywhere(
  'a server of its own may count from one again with each connection',
  async ({ wire, open }) => {
    let asked = 0
    wire.answer = (_, url) => {
      if (url.pathname !== '/own') return undefined
      const letter = 'abc'[asked++] ?? ''
      return new Response(`retry: 20\n\nid: 1\ndata: ${letter}1 \n\nid: 2\ndata: ${letter}2 \n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      })
    }
    const page = await open([], {
      body: '<div sse-connect="/own" hx-ext="sse"><b sse-swap="message" hx-swap="beforeend"></b></div>',
    })
    await eventually('it comes back', () => asked > 3)
    expect(await page.locator('b').textContent()).toStartWith('a1 a2 b1 b2 c1 c2')
  },
)

everywhere('a base of another origin leads nothing astray', async ({ wire, open }) => {
  const page = await open([], {
    body: `<base href="http://127.0.0.1:9/"><div sse-connect="${wire.url}/sse/based" hx-ext="sse"><i sse-swap="message"></i></div>`,
  })
  await expectStates(page, 'open')
  wire.publish('based', '1')
  await expectTexts(page.locator('i'), ['1'])
})
