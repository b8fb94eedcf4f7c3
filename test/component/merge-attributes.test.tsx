import { expect, test } from 'bun:test'
import { def } from 'rivulet'
import { z } from 'zod'
import { render } from '../html/render.ts'

const Toast = def({ tone: z.string() }, ({ tone, attrs }) => (
  <li {...attrs({ id: 'toast', class: ['toast', tone], style: 'color: red', role: 'status' })} />
))

test("the caller's value wins", async () => {
  expect(await render(<Toast tone="info" id="mine" role="alert" title="T" />)).toBe(
    '<li id="mine" class="toast info" style="color: red" role="alert" title="T"></li>',
  )
})

test('class merges: own first', async () => {
  expect(await render(<Toast tone="info" class="wide" />)).toContain('class="toast info wide"')
  expect(await render(<Toast tone="info" class={['a', { b: true, c: false }]} />)).toContain(
    'class="toast info a b"',
  )
  expect(await render(<Toast tone="info" {...{ className: 'wide' }} />)).toBe(
    '<li id="toast" class="toast info wide" style="color: red" role="status"></li>',
  )
  expect(await render(<Toast tone="info" class="a" {...{ className: 'b' }} />)).toContain(
    'class="toast info a b"',
  )
})

test('style merges: own first, so that the caller wins', async () => {
  expect(await render(<Toast tone="info" style="color: blue;" />)).toContain(
    'style="color: red;color: blue;"',
  )
  expect(
    await render(<Toast tone="info" style={{ marginTop: 0, fontFamily: '"A" & B', '--aB': 1 }} />),
  ).toContain('style="color: red;margin-top:0;font-family:&quot;A&quot; &amp; B;--aB:1;"')
  const Styled = def({}, ({ attrs }) => <p {...attrs({ style: { color: 'red' } })} />)
  expect(await render(<Styled style="top: 0" />)).toBe('<p style="color:red;top: 0;"></p>')
  expect(await render(<Styled style=" " />)).toBe('<p style="color:red;"></p>')
})

test('an attribute without a value is not there, and takes nothing away', async () => {
  expect(
    await render(
      <Toast tone="info" id={undefined} class={undefined} style={undefined} title={undefined} />,
    ),
  ).toBe('<li id="toast" class="toast info" style="color: red" role="status"></li>')
})

test('a boolean of the caller takes an own attribute away', async () => {
  const Panel = def({}, ({ attrs }) => <p {...attrs({ hidden: true })} />)
  expect(await render(<Panel />)).toBe('<p hidden></p>')
  expect(await render(<Panel hidden={false} />)).toBe('<p></p>')
})

test('aria-, data-, htmx and sse attributes pass through', async () => {
  const Plain = def({}, ({ attrs }) => <p {...attrs()} />)
  expect(
    await render(
      <Plain
        aria-label="L"
        data-id={1}
        hx-get="/x"
        hx-on:click="a()"
        sse-swap="message"
        autofocus
        itemscope
        exportparts="a"
      />,
    ),
  ).toBe(
    '<p aria-label="L" data-id="1" hx-get="/x" hx-on:click="a()" sse-swap="message" autofocus itemscope exportparts="a"></p>',
  )
})

test('a component that does not spread attrs() drops them', async () => {
  const Closed = def({}, () => <p />)
  expect(await render(<Closed id="a" class="b" />)).toBe('<p></p>')
})

test('attrs() can be asked more than once', async () => {
  const Twice = def({}, ({ attrs }) => (
    <p {...attrs({ class: 'outer' })}>
      <b id={attrs().id} />
    </p>
  ))
  expect(await render(<Twice id="a" class="x" />)).toBe(
    '<p class="outer x" id="a"><b id="a"></b></p>',
  )
})

test('what the caller passes is escaped', async () => {
  expect(
    await render(<Toast tone="info" id={'"><script>'} class={'"<'} style={'"<'} data-x={'"<'} />),
  ).toBe(
    '<li id="&quot;&gt;&lt;script&gt;" class="toast info &quot;&lt;" ' +
      'style="color: red;&quot;&lt;;" role="status" data-x="&quot;&lt;"></li>',
  )
})
