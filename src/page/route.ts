import type { Child } from '../html/child.ts'
import type { Action } from './action.ts'
import type { Page } from './page.ts'

/** What a `_layout` is given. A layout made by `def` gets those of them that it declares. */
export interface LayoutProps {
  readonly children?: Child
  readonly title?: string | undefined
  readonly url: URL
  readonly request: Request
}

/** What `_error` and `_404` are given. */
export interface ErrorProps {
  readonly status: number
  /** For the visitor. */
  readonly message: string
  /** What was thrown; only in development. */
  readonly error?: unknown
  readonly url: URL
  readonly request: Request
}

/** A component from a file of `pages/` that is no page itself. */
export type Frame<Props> = (props: Props) => Child

/** Everything that renders one folder's pages: from the walk of `pages/`. */
export interface Surroundings {
  /** From the outermost to the innermost. */
  readonly layouts: readonly Frame<LayoutProps>[]
  readonly error: Frame<ErrorProps> | undefined
  readonly notFound: Frame<ErrorProps> | undefined
}

/** A page with its place. */
export interface PageRoute extends Surroundings {
  /** `pages/chat/[room].tsx` */
  readonly file: string
  readonly page: Page
  /** By method: `POST`, and `PUT`, `PATCH`, `DELETE` for clients that can send them. */
  readonly actions: Readonly<Record<string, Action>>
}
