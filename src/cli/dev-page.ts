import type { DevError } from './dev-error.ts'

/** What is served while there is no version yet: the error; the page's script waits for a better one. */
export function devErrorPage({ message, where, excerpt }: DevError): Response {
  const [title, ...texts] = [where, message, excerpt].map((text) => Bun.escapeHTML(text))
  return new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>${title}</title><script src="/rivulet/dev.js" defer></script>
<body><h1>The app cannot start</h1><p><code>${title}</code></p>${texts.map((text) => `<pre>${text}</pre>`).join('')}</body></html>`,
    {
      status: 500,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    },
  )
}
