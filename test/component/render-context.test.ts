import { expect, test } from 'bun:test'
import { asset } from 'rivulet'
import {
  renderContext,
  withRenderContext,
  type RenderContext,
} from '../../src/component/render-context.ts'

function contextOf(path: string): RenderContext {
  const url = new URL(path, 'http://localhost')
  return {
    request: new Request(url),
    url,
    assets: { styles: [], scripts: [], url: (name) => `/assets/${name}?of=${url.pathname}` },
  }
}

test('outside a request there is none', () => {
  expect(renderContext()).toBeUndefined()
})

test('two pages that are rendered at once do not mix, over awaits', async () => {
  const paths = await Promise.all(
    ['/a', '/b'].map((path) =>
      withRenderContext(contextOf(path), async () => {
        await Bun.sleep(1)
        return [renderContext()?.url.pathname, asset('x.svg')]
      }),
    ),
  )
  expect(paths).toEqual([
    ['/a', '/assets/x.svg?of=/a'],
    ['/b', '/assets/x.svg?of=/b'],
  ])
  expect(renderContext()).toBeUndefined()
})

test('asset() outside a page says what it needs', () => {
  expect(() => asset('logo.svg')).toThrow(
    'asset("logo.svg") needs a page: call it while one is rendered.',
  )
})
