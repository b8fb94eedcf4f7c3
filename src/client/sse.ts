/**
 * The extension `sse` of htmx, of either major: it brings all live parts of a page up to date by one
 * connection, whatever happens to that.
 *
 * From the wire to the screen: a `line.ts` connects, and reads blocks with `event-parser.ts`. They go
 * to the `feed.ts` of their topic, which knows what was there before, and on to each `part.ts` of the
 * page. What they are, `apply-event.ts` tells htmx. The `exchange.ts` sees to it that parts share
 * feeds and feeds share lines.
 */
import { followAttention } from './attention.ts'
import { extendHtmx } from './htmx.ts'
import { found, removed, watchParts } from './parts.ts'

extendHtmx(found, removed)
watchParts()
followAttention()
