import { type Child, joinMarkup } from './child.ts'
import { describeValue } from './describe-value.ts'
import { RawHtml } from './html.ts'

/**
 * The content of a `<script>` or a `<style>`. It is not parsed as HTML, and no escaping makes foreign text
 * harmless there (`alert(1)` has nothing to escape), so all of it has to come from `raw()`.
 */
export function rawText(tag: string, child: Child): string | Promise<string> {
  if (child === null || child === undefined || typeof child === 'boolean') return ''
  if (child instanceof RawHtml) return checkEnd(tag, child.markup)
  if (child instanceof Promise) return child.then((resolved) => rawText(tag, resolved))
  if (Array.isArray(child)) return joinMarkup(child, (one) => rawText(tag, one))
  throw new TypeError(`<${tag}> cannot hold this: it is not parsed as HTML, so no escaping makes text harmless.

Expected: a file of its own, or {raw(code)} with code that you trust
Got: ${describeValue(child)}`)
}

/** Even trusted code may carry foreign data; these end the element, or hide its end (HTML standard, 4.12.1.3). */
function checkEnd(tag: string, code: string): string {
  const end = tag.toLowerCase() === 'script' ? /<\/script|<!--/i : /<\/style/i
  const at = code.search(end)
  if (at === -1) return code
  throw new TypeError(`<${tag}> was given code that would break out of it.

Expected: code in which no string holds this, for example JSON.stringify(data).replaceAll('<', '\\u003c')
Got: ${describeValue(code.slice(at))}`)
}
