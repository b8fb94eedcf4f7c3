import {
  type Assets,
  finishForms,
  type FormState,
  type RenderContext,
  withRenderContext,
} from '../component/render-context.ts'

/**
 * Runs the rendering of an event with the assets alone.
 *
 * What an event shows is made once and sent to everybody: it must not hold what is some visitor's
 * own, neither of the one who published it, nor of the one whose page happened to paint it first.
 */
export function withSharedContext(
  assets: Assets | undefined,
  variant: string,
  run: () => string | Promise<string>,
): string | Promise<string> {
  const forms: FormState = { actions: {} }
  const shared: RenderContext = {
    variant,
    forms,
    get request(): Request {
      return refuse()
    },
    get url(): URL {
      return refuse()
    },
    assets: assets ?? NO_ASSETS,
  }
  const markup = withRenderContext(shared, run)
  if (typeof markup === 'string') return finishForms(forms, markup)
  return markup.then((later) => finishForms(forms, later))
}

const NO_ASSETS: Assets = {
  styles: [],
  scripts: [],
  url(name: string): string {
    throw new Error(`There is no asset "${name}" here: this process serves no pages.`)
  },
}

function refuse(): never {
  throw new Error(`An event is rendered once for everybody, so nothing in it can depend on a request.

Expected: a component that shows its props
Got: one that asks for the request, as a stream with authorize does`)
}
