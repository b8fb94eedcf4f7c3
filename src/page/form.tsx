/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import {
  type RejectedForm,
  type RenderContext,
  renderContext,
} from '../component/render-context.ts'
import type { Child } from '../html/child.ts'
import type { Element } from '../html/element.ts'
import { toElement } from '../html/element.ts'
import { Html } from '../html/html.ts'
import { Action } from './action.ts'
import { actionUrl, namingAction } from './action-url.ts'
import { fieldConstraints } from './field-constraints.ts'
import { type FieldForm, PageForms } from './page-forms.ts'
import { formId } from './form-id.ts'
import { formMessages } from './form-messages.ts'
import { FORM_FIELD, WHOLE_FIELD } from './read-form.ts'

const MULTIPART = 'multipart/form-data'
/** What is a form's alone, and not for other requests of what it holds. */
const OWN = 'hx-target hx-select hx-swap hx-encoding hx-disabled-elt'

/**
 * A form that is sent to an action. Without JavaScript the page is loaded again; with htmx only
 * this form is replaced: empty after a success, with its errors after a failure.
 *
 * A page may have several of one action. Where their number changes, give each an `id` that goes with
 * what it is for, so that each is known again.
 */
export const Form = def(
  {
    action: z.instanceof(Action),
    /** The `[param]`s of the action's page, when that is another page with params. */
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    /** With htmx, what comes after a success is loaded as a whole page: where more of it changes than this form. */
    whole: z.boolean().default(false),
    /** What is said when it could not be sent, or was answered by somebody else than the app. */
    failed: z.string().default('This could not be sent. Please try again.'),
  },
  ({ action, params, whole, failed, attrs, children }) => {
    const context = renderContext()
    const forms = PageForms.current()
    const url = urlOf(action, params, context)
    const count = forms?.count(action) ?? 1
    const given = attrs().id
    const id = String(given ?? formId(action) + (count > 1 ? `-${count}` : ''))
    const rejected = rejectedOf(action, count > 1 ? [id] : [id, undefined], context)
    if (rejected !== undefined) forms?.show(rejected)
    const form: FieldForm = { action, isOurs: true, id, rejected, shown: new Map() }
    const upload = Object.values(action.body.shape).some(
      (field) => fieldConstraints(field).type === 'file',
    )
    const buttons = `${selectorOf(id)} button`
    // To htmx 2, hx-disable says that it is to leave the form alone; it has what a form holds inherit.
    const whileSent: object =
      context?.assets.htmx === 2
        ? { 'hx-disabled-elt': buttons, 'hx-disinherit': OWN }
        : { 'hx-disable': buttons }
    const view = (content: Html): Element => {
      const errors = rejected === undefined ? [] : formMessages(rejected, form.shown)
      return (
        <form
          method="post"
          action={url}
          {...(upload && { enctype: MULTIPART })}
          hx-post={url}
          {...(upload && { 'hx-encoding': MULTIPART })}
          hx-target="this"
          hx-select={selectorOf(id)}
          hx-swap="outerHTML"
          {...whileSent}
          data-failed={failed}
          {...attrs({ id })}
        >
          {(count > 1 || given !== undefined) && (
            <input type="hidden" name={FORM_FIELD} value={id} />
          )}
          {whole && <input type="hidden" name={WHOLE_FIELD} value="1" />}
          {errors.length > 0 && (
            <p class="form-error" role="alert">
              {errors.join(' ')}
            </p>
          )}
          {content}
        </form>
      )
    }
    const content = filled(children, forms, form)
    return content instanceof Promise ? content.then(view) : view(content)
  },
)

/** The children, with their fields. */
function filled(
  children: Child,
  forms: PageForms | undefined,
  form: FieldForm,
): Html | Promise<Html> {
  const content = toElement(children)
  const fill = ({ markup }: Html): Html => new Html(forms?.fill(markup, form) ?? markup)
  return content instanceof Promise ? content.then(fill) : fill(content)
}

/** Of the action's own page: the address that it is at. */
function urlOf(
  action: Action,
  params: Readonly<Record<string, string | number>> | undefined,
  context: RenderContext | undefined,
): string {
  const own = Object.entries(context?.forms?.actions ?? {}).find(([, one]) => one === action)
  if (context === undefined || own === undefined || params !== undefined)
    return actionUrl(action, params)
  return namingAction(context.url.pathname + context.url.search, own[0])
}

function rejectedOf(
  action: Action,
  names: readonly (string | undefined)[],
  context: RenderContext | undefined,
): RejectedForm | undefined {
  const rejected = context?.forms?.rejected
  return rejected?.action === action && names.includes(rejected.form) ? rejected : undefined
}

/** An id may hold what has a meaning in a selector. */
function selectorOf(id: string): string {
  return /^[a-z][\w-]*$/i.test(id) ? `#${id}` : `[id=${JSON.stringify(id)}]`
}
