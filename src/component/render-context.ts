import { AsyncLocalStorage } from 'node:async_hooks'

/** The files that a page links: hashed, so that browsers may keep them for good. */
export interface Assets {
  readonly styles: readonly string[]
  readonly scripts: readonly string[]
  /** The major of htmx that pages load. Default 4. */
  readonly htmx?: 2 | 4 | undefined
  /** What the client is told of this server, where that is not what it takes for granted. */
  readonly client?: ClientSettings | undefined
  /** By which the tabs of a browser share one connection, where they do. */
  readonly share?: TabSharing | undefined
  /** The URL of a file in `components/`, by its path there; throws when there is none. */
  url(name: string): string
}

/** Settings that the client takes from the server. */
export interface ClientSettings {
  /** Milliseconds without a byte after which a stream is dead. Default 45,000: three heartbeats. */
  readonly silence?: number
  /** The most topics on one connection. Default 100. */
  readonly topics?: number
}

/** What a page loads for its tab to share a connection with others. */
export interface TabSharing {
  /** The URL of the script. */
  readonly script: string
  /** What tells apart those that are not to share; `undefined` for a page whose tab has its own. */
  key(request: Request): string | undefined
}

/** What components may know of the request that they are rendered for. */
export interface RenderContext {
  readonly request: Request
  readonly url: URL
  readonly assets: Assets
  /** What is known of the forms; absent where nobody finishes the markup. */
  readonly forms?: FormState | undefined
  /** What the `vary` of the stream answered whose events are rendered. */
  readonly variant?: string | undefined
}

/** What the forms of a page, or of an event, are rendered with. */
export interface FormState {
  /** The actions of the page itself, by method, that of POST first. */
  readonly actions: Readonly<Record<string, unknown>>
  /** The form that was sent to one of them, and refused; absent on a page that is only asked for. */
  readonly rejected?: RejectedForm | undefined
  /** What forms and fields keep here for each other, if there are any. */
  kept?: KeptForms
}

/** What is left to do when all forms are rendered. */
export interface KeptForms {
  /** Completes the markup. */
  finish(markup: string, state: FormState): string
}

/** Completes markup that was rendered with this; without it there is nothing to complete. */
export function finishForms(state: FormState | undefined, markup: string): string {
  return state?.kept?.finish(markup, state) ?? markup
}

/** A form that was sent and refused. */
export interface RejectedForm {
  readonly action: unknown
  /** Which of the action's forms it was: its id; `undefined` for the first. */
  readonly form: string | undefined
  /** What it held, by field. */
  readonly values: Readonly<Record<string, unknown>>
  /** Messages by field; those of no field are under the empty string. */
  readonly errors: Readonly<Record<string, readonly string[]>>
  /** Whether the schema refused it, whose messages do not say what they are about. */
  readonly isBySchema: boolean
}

const storage = new AsyncLocalStorage<RenderContext>()

/** Runs a function, and all that it awaits, with a context for the components in it. */
export function withRenderContext<Result>(context: RenderContext, run: () => Result): Result {
  return storage.run(context, run)
}

/** The context of the current rendering; `undefined` outside a request. */
export function renderContext(): RenderContext | undefined {
  return storage.getStore()
}

/** Runs a function in the current context, of which the variant is another. */
export function withVariant<Result>(variant: string, run: () => Result): Result {
  const context = storage.getStore()
  if (context === undefined || variant === (context.variant ?? '')) return run()
  return storage.run(Object.create(context, { variant: { value: variant } }) as RenderContext, run)
}

/** The URL of a file in `components/`, hashed: `<img src={asset('logo.svg')} />`. */
export function asset(name: string): string {
  const context = renderContext()
  if (context === undefined)
    throw new Error(`asset(${JSON.stringify(name)}) needs a page: call it while one is rendered.`)
  return context.assets.url(name)
}

/** What the stream's `vary` answered for those whom this is rendered for; '' where nothing varies. */
export function variant(): string {
  return storage.getStore()?.variant ?? ''
}
