/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import { renderContext } from '../component/render-context.ts'

/**
 * htmx 2 leaves a page alone after a 422 unless told otherwise; and its own style element and its
 * `eval` would need a looser Content-Security-Policy.
 */
const HTMX_CONFIG = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
})

/** The document's head: title, viewport, and every style and script that the page needs. */
export const Head = def(
  { title: z.string().optional(), description: z.string().optional() },
  ({ title, description, children }) => {
    const assets = renderContext()?.assets
    return (
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title ?? ''}</title>
        {description && <meta name="description" content={description} />}
        <meta name="htmx-config" content={HTMX_CONFIG} />
        {assets?.styles.map((href) => (
          <link rel="stylesheet" href={href} />
        ))}
        {assets?.scripts.map((src) => (
          <script src={src} defer />
        ))}
        {children}
      </head>
    )
  },
)
