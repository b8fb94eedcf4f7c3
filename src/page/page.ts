import { z } from 'zod'
import { callSite } from '../component/call-site.ts'
import type { Output, Shape } from '../component/shape.ts'
import type { Child } from '../html/child.ts'

/** What a page knows of its request. */
export interface PageContext<Params = Readonly<Record<string, string>>, Query = unknown> {
  readonly params: Params
  readonly query: Query
  readonly request: Request
  readonly url: URL
}

type View<Params, Query> = (
  context: PageContext<Params, Query>,
) => Child | Response | Promise<Child | Response>

export interface PageOptions<Params extends Shape, Query extends Shape> {
  /** The `[param]`s of the file's path, by zod. What does not fit is a 404. */
  readonly params?: Params
  /** The query, by zod; other keys are ignored. What does not fit is a 400. */
  readonly query?: Query
  /** The document's title, for the layout. */
  readonly title?:
    string | ((context: PageContext<Output<NoInfer<Params>>, Output<NoInfer<Query>>>) => string)
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A page as declared by `page()`, or made of a component. */
export class Page {
  /** The file and line of the declaration, for errors. */
  readonly source: string
  readonly params: z.ZodObject | undefined
  readonly query: z.ZodObject | undefined
  readonly title: string | ((context: PageContext<never, never>) => string) | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly view: View<never, never>

  constructor(options: PageOptions<Shape, Shape>, view: View<never, never>, source: string) {
    this.source = source
    this.params = options.params && z.object(options.params)
    this.query = options.query && z.object(options.query)
    this.title = options.title
    this.headers = options.headers
    this.view = view
  }
}

/**
 * Declares a page. Its file's path in `pages/` is its URL.
 *
 * The view may return a `Response` instead of markup (`redirect('/login')`), and may throw
 * `notFound()`.
 *
 * @example
 * ```tsx
 * export default page({ params: { id: z.coerce.number().int() } }, ({ params }) => (
 *   <Invoice id={params.id} />
 * ))
 * ```
 */
export function page<Params extends Shape = {}, Query extends Shape = {}>(
  options: PageOptions<Params, Query>,
  view: View<Output<NoInfer<Params>>, Output<NoInfer<Query>>>,
): Page {
  return new Page(options as PageOptions<Shape, Shape>, view, callSite())
}
