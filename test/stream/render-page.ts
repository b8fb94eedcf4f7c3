import { withRenderContext } from '../../src/component/render-context.ts'
import { type Child, childMarkup } from '../../src/html/child.ts'

const ASSETS = { styles: [], scripts: [], url: (name: string): string => `/assets/${name}` }

/** What a page shows to a visitor whose request has these headers. */
export async function renderPage(
  view: () => unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const request = new Request('http://localhost/', { headers })
  const context = { request, url: new URL(request.url), assets: ASSETS }
  return withRenderContext(context, async () => childMarkup((await view()) as Child))
}
