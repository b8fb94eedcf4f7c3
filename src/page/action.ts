import { z } from 'zod'
import { callSite } from '../component/call-site.ts'
import type { Output, Shape } from '../component/shape.ts'

/** What an action knows of the form that was sent. */
export interface ActionContext<Params, Body> {
  readonly params: Params
  readonly body: Body
  readonly request: Request
  readonly url: URL
}

/** Nothing: back to the page (303). A `Response` is sent as it is. `invalid()` shows the form again. */
export type ActionResult = void | Response | FormErrors

export interface ActionOptions<Body extends Shape, Params extends Shape> {
  /** The form's fields, by zod; others are ignored. A field of type array takes all of its values. */
  readonly body: Body
  /** The `[param]`s of the file's path, by zod. */
  readonly params?: Params
  /** The largest body, in bytes. Default 1 MiB. */
  readonly maxBody?: number
}

/** Messages by field, for the form to show. */
export class FormErrors {
  readonly errors: Readonly<Record<string, readonly string[]>>

  constructor(errors: Readonly<Record<string, readonly string[]>>) {
    this.errors = errors
  }
}

/** Where an action is reached. */
export interface ActionPlace {
  /** The URL pattern of its page, `/docs/*path` with a rest param. */
  readonly pattern: string
  /** What it is exported as: `POST`, `PUT`, `PATCH` or `DELETE`; `POST` where it is several. */
  readonly method: string
}

/** An action as declared by `action()`: what `POST`, `PUT`, `PATCH` or `DELETE` of a page does. */
export class Action {
  readonly source: string
  readonly body: z.ZodObject
  readonly params: z.ZodObject | undefined
  readonly maxBody: number
  readonly handler: (context: ActionContext<never, never>) => ActionResult | Promise<ActionResult>
  /** Where it is reached; set by the walk of `pages/`. */
  place: ActionPlace | undefined

  constructor(options: ActionOptions<Shape, Shape>, handler: Action['handler'], source: string) {
    this.source = source
    this.body = z.object(options.body)
    this.params = options.params && z.object(options.params)
    this.maxBody = options.maxBody ?? 1024 * 1024
    this.handler = handler
  }
}

/** Where an action is reached. Throws for one that belongs to no page. */
export function placeOf({ place, source }: Action): ActionPlace {
  if (place !== undefined) return place
  throw new Error(`The action of ${source} has no URL.

Expected: export const POST = action(…) in a file of pages/
Got: an action that no walk of pages/ has found`)
}

/**
 * Declares what a page does when a form is sent to it: `export const POST = action(…)`.
 *
 * The body is validated first; what does not fit is answered with the page again, status 422, the
 * form showing the values and the errors. On success the visitor is redirected to the page.
 */
export function action<Body extends Shape, Params extends Shape = Record<string, z.ZodString>>(
  options: ActionOptions<Body, Params>,
  handler: (
    context: ActionContext<Output<NoInfer<Params>>, Output<NoInfer<Body>>>,
  ) => ActionResult | Promise<ActionResult>,
): Action {
  return new Action(options, handler, callSite())
}

/** Rejects a form that zod had no objection to: `return invalid({ email: 'Already taken' })`. */
export function invalid(errors: Readonly<Record<string, string | readonly string[]>>): FormErrors {
  return new FormErrors(
    Object.fromEntries(
      Object.entries(errors).map(([field, messages]) => [
        field,
        typeof messages === 'string' ? [messages] : messages,
      ]),
    ),
  )
}
