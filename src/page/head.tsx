/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import { renderContext } from '../component/render-context.ts'

/** What htmx 4 is not to put into a page. It knows `42x`, but no exception to that. */
const NO_SWAP = [204, 304, '5xx']
for (let tens = 40; tens < 50; tens++) if (tens !== 42) NO_SWAP.push(`${tens}x`)
for (let status = 420; status < 430; status++) if (status !== 422) NO_SWAP.push(status)

/**
 * Of htmx 2 and 4, which each read their own. What both need to be told: of the errors, a page takes
 * over only a 422, a form with its mistakes; and a style element or `eval` of htmx's own would need a
 * looser Content-Security-Policy.
 */
const HTMX_CONFIG = JSON.stringify({
  includeIndicatorCSS: false,
  noSwap: NO_SWAP,
  includeIndicatorStyles: false,
  allowEval: false,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
})

/** Milliseconds that fit a timer of a browser. */
const milliseconds = z
  .number()
  .int()
  .max(2 ** 31 - 1)

/** How the client of a page keeps its streams up to date; all in milliseconds. */
const liveSettings = z.strictObject({
  /** After which a page that is hidden lets go of its connection; 0 for never. Default 60,000. */
  hidden: milliseconds.min(0).optional(),
  /** Which a stream may bring no byte before it counts as dead. Default: three heartbeats. */
  silence: milliseconds.min(100).optional(),
  /** What the back-off starts with, until the server says. Default 3,000. */
  retry: milliseconds.min(100).optional(),
  /** What the back-off grows to. Default 30,000. */
  longest: milliseconds.min(100).optional(),
})

/** The document's head: title, viewport, and every style and script that the page needs. */
export const Head = def(
  {
    title: z.string().optional(),
    description: z.string().optional(),
    live: liveSettings.optional(),
  },
  ({ title, description, live, children }) => {
    const context = renderContext()
    const assets = context?.assets
    const settings = Object.entries({ ...assets?.client, ...live })
    const shareKey = context && assets?.share?.key(context.request)
    return (
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title ?? ''}</title>
        {description && <meta name="description" content={description} />}
        <meta name="htmx-config" content={HTMX_CONFIG} />
        {settings.length > 0 && (
          <meta
            name="rivulet"
            {...Object.fromEntries(settings.map(([name, value]) => [`data-${name}`, value]))}
          />
        )}
        {assets?.styles.map((href) => (
          <link rel="stylesheet" href={href} />
        ))}
        {shareKey !== undefined && <script src={assets?.share?.script} data-key={shareKey} defer />}
        {assets?.scripts.map((src) => (
          <script src={src} defer />
        ))}
        {children}
      </head>
    )
  },
)
