/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import { renderContext } from '../component/render-context.ts'
import { fieldConstraints } from './field-constraints.ts'
import { patternUrl } from './pattern-url.ts'
import { Action } from './action.ts'

const MULTIPART = 'multipart/form-data'

/**
 * A form that is sent to an action. Without JavaScript the page is loaded again; with htmx only
 * this form is replaced: empty after a success, with its errors after a failure.
 */
export const Form = def(
  {
    action: z.instanceof(Action),
    /** The `[param]`s of the action's page, when that is another page with params. */
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    /** What is said when it could not be sent, or was answered by somebody else than the app. */
    failed: z.string().default('This could not be sent. Please try again.'),
  },
  ({ action, params, failed, attrs, children }) => {
    const context = renderContext()
    const own = context?.form?.action === action
    const url =
      own && params === undefined
        ? context.url.pathname + context.url.search
        : actionUrl(action, params)
    const id =
      attrs().id ?? `form${(action.pattern ?? url).replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`
    const errors = (own && context?.form?.errors['']) || []
    const upload = Object.values(action.body.shape).some(
      (field) => fieldConstraints(field).type === 'file',
    )
    return (
      <form
        method="post"
        action={url}
        {...(upload && { enctype: MULTIPART })}
        hx-post={url}
        {...(upload && { 'hx-encoding': MULTIPART })}
        hx-target="this"
        hx-select={`#${id}`}
        hx-swap="outerHTML"
        hx-disabled-elt="find button"
        data-failed={failed}
        {...attrs({ id })}
      >
        {errors.length > 0 && (
          <p class="form-error" role="alert">
            {errors.join(' ')}
          </p>
        )}
        {children}
      </form>
    )
  },
)

function actionUrl(action: Action, params: Readonly<Record<string, string | number>> = {}): string {
  if (action.pattern === undefined) {
    throw new Error(`The action of ${action.source} has no URL.

Expected: export const POST = action(…) in a file of pages/
Got: an action that no walk of pages/ has found`)
  }
  return patternUrl(action.pattern, params)
}
