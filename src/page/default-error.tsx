/** @jsxImportSource rivulet */
import type { Element } from '../html/element.ts'
import { Head } from './head.tsx'
import type { ErrorProps } from './route.ts'

/** What is shown for an error when `pages/` has no `_error` or `_404`. */
export function DefaultError({ status, message, error }: ErrorProps): Element {
  return (
    <html lang="en">
      <Head title={`${status}`} />
      <body>
        <main>
          <h1>{status}</h1>
          <p>{message}</p>
          {error instanceof Error && <pre>{error.stack}</pre>}
          <p>
            <a href="/">Home</a>
          </p>
        </main>
      </body>
    </html>
  )
}
