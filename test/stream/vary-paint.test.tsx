import { describe, expect, test } from 'bun:test'
import { def } from '../../src/component/def.ts'
import { variant } from '../../src/component/render-context.ts'
import { append, latest } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { byLanguage, greeting, language } from './greeting.tsx'
import { renderPage } from './render-page.ts'
import { serve } from './serve.ts'

describe('the first paint', () => {
  function painted(options: { load?: boolean } = {}) {
    const { rendered, Greeting } = greeting()
    const declared = stream({
      events: { said: latest(Greeting) },
      vary: byLanguage,
      ...(options.load && { load: () => ({ said: { text: `loaded for ${variant()}` } }) }),
      view: (_, Target) => (
        <section title={`view for ${variant()}`}>
          <Target event="said" />
        </section>
      ),
    })
    return { rendered, ...serve(declared) }
  }

  test('is that of the visitor, from the log, and shared with the stream', async () => {
    const { rendered, stream: Said, connect } = painted()
    const client = await connect(language('de'))
    await Said.publish('said', { text: 'a' })
    await client.drain()
    for (const tag of ['de', 'fr', 'de']) {
      const html = await renderPage(() => <Said />, language(tag).headers)
      expect(html).toContain(`title="view for ${tag}"`)
      expect(html).toContain(`<p lang="${tag}">a</p>`)
    }
    expect(rendered).toEqual(['de a', 'fr a'])
  })

  test('is that of the visitor, from load', async () => {
    const { stream: Said, request } = painted({ load: true })
    const html = await renderPage(() => <Said />, language('de').headers)
    expect(html).toContain('<p lang="de">loaded for de</p>')
    const headers = { accept: 'text/html', ...language('fr').headers }
    // As the router has it: within the context of its request.
    const response = await renderPage(async () => (await request({ headers })).text(), headers)
    expect(response).toContain('loaded for fr')
  })

  test('of a stream inside another does not take over its variant', async () => {
    const inner = greeting()
    const { stream: Inner } = serve(stream({ events: { said: append(inner.Greeting) } }), {
      pattern: 'inner',
    })
    await Inner.publish('said', { text: 'a' })
    const Outer = def({}, () => (
      <div>
        <Inner />
        <i>{variant()}</i>
      </div>
    ))
    const { stream: Said } = serve(
      stream({ events: { shown: latest(Outer) }, vary: byLanguage, load: () => ({ shown: {} }) }),
      { pattern: 'outer' },
    )
    const html = await renderPage(() => <Said />, language('de').headers)
    expect(html).toContain('<p lang="">a</p>')
    expect(html).toContain('<i>de</i>')
  })

  test('of two visitors at once does not mix', async () => {
    const { stream: Said } = painted({ load: true })
    const tags = ['de', 'fr', 'en', 'it']
    const pages = await Promise.all(
      tags.map((tag) => renderPage(() => <Said />, language(tag).headers)),
    )
    tags.forEach((tag, index) => expect(pages[index]).toContain(`loaded for ${tag}`))
  })
})

test('without a vary there is no variant, in a page that has one', async () => {
  const { rendered, Greeting } = greeting()
  const { stream: Plain } = serve(stream({ events: { said: append(Greeting) } }))
  await Plain.publish('said', { text: 'a' })
  await renderPage(() => <Plain />, language('de').headers)
  expect(rendered).toEqual([' a'])
})
