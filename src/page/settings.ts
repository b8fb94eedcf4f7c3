import type { Assets } from '../component/render-context.ts'

/** What is the same for every page of an app. */
export interface PageSettings {
  readonly assets: Assets
  /** Headers of every page; a `Headers`, because Bun 1.4.5 copies one faster than an object. */
  readonly headers: Headers
  /** Shows visitors what went wrong inside. */
  readonly development: boolean
}
