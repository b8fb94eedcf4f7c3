import { posix } from 'node:path'
import { Action } from '../page/action.ts'
import { Page } from '../page/page.ts'
import type { ErrorProps, Frame, LayoutProps, PageRoute, Surroundings } from '../page/route.ts'
import type { Child } from '../html/child.ts'
import type { Component } from '../component/def.ts'
import { checkParams, isComponent, refuse, refuseTwins } from './check.ts'
import { type RoutePath, routePath } from './route-path.ts'
import { type SourceFile, scanFolder } from './scan.ts'

/** A page with its URL. */
export interface PlacedPage extends PageRoute {
  readonly path: RoutePath
}

/** The pages of an app, and what answers where there is none. */
export interface Pages {
  readonly routes: readonly PlacedPage[]
  /** The surroundings of the folder `pages/` itself. */
  readonly outside: Surroundings
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

type Module = Readonly<Record<string, unknown>>

/** Walks `pages/` and imports what it finds. Throws a `RouteError` that names the files at fault. */
export async function loadPages(root: string): Promise<Pages> {
  const files = scanFolder(root, 'pages')
  const frames = new Map<string, Frame<never>>()
  for (const source of files) {
    if (/(^|\/)_(layout|error|404)$/.test(source.path)) {
      frames.set(source.path, loadFrame(source, await import(source.absolute)))
    }
  }
  const routes: PlacedPage[] = []
  for (const source of files) {
    const path = routePath(source.path)
    if (path === undefined) continue
    routes.push(
      loadPage(source, path, await import(source.absolute), surroundings(source.path, frames)),
    )
  }
  refuseTwins(routes)
  return { routes, outside: surroundings('', frames) }
}

function loadPage(
  { file }: SourceFile,
  path: RoutePath,
  module: Module,
  around: Surroundings,
): PlacedPage {
  const page = toPage(file, module['default'])
  if (page.params !== undefined || page.source !== file) {
    checkParams(file, path, page.params === undefined ? [] : Object.keys(page.params.shape))
  }
  const actions: Record<string, Action> = {}
  for (const method of METHODS) {
    const action = module[method]
    if (action === undefined) continue
    if (!(action instanceof Action)) {
      refuse(
        file,
        `exports a ${method} that is no action.`,
        `export const ${method} = action({ body: { … } }, handler)`,
        action,
      )
    }
    if (action.params !== undefined) checkParams(file, path, Object.keys(action.params.shape))
    action.pattern = path.pattern
    actions[method] = action
  }
  return { ...around, file, path, page, actions }
}

/** A component is a page whose props are its params; a plain function gets the page's context. */
function toPage(file: string, exported: unknown): Page {
  if (exported instanceof Page) return exported
  if (isComponent(exported)) {
    return new Page(
      { params: exported.schema.shape },
      ({ params }) => exported(params),
      `${file}:1`,
    )
  }
  if (typeof exported === 'function') return new Page({}, exported as Page['view'], file)
  return refuse(
    file,
    'has no page as its default export.',
    'export default page({ … }, view), or a component',
    exported,
  )
}

function loadFrame({ file }: SourceFile, module: Module): Frame<never> {
  const exported = module['default']
  if (isComponent(exported)) {
    const known = Object.keys(exported.schema.shape)
    return (props: Record<string, unknown>): Child =>
      exported(pick(props, [...known, 'children']) as Parameters<Component>[0])
  }
  if (typeof exported === 'function') return exported as Frame<never>
  return refuse(
    file,
    'has no component as its default export.',
    'export default ({ children }) => …',
    exported,
  )
}

function surroundings(path: string, frames: ReadonlyMap<string, Frame<never>>): Surroundings {
  const folders = ['']
  for (const segment of posix.dirname(path).split('/')) {
    if (segment !== '.' && segment !== '') folders.push(`${folders.at(-1)}${segment}/`)
  }
  const found = <Props>(name: string): Frame<Props>[] =>
    folders.flatMap((folder) => (frames.get(folder + name) as Frame<Props> | undefined) ?? [])
  return {
    layouts: found<LayoutProps>('_layout'),
    error: found<ErrorProps>('_error').at(-1),
    notFound: found<ErrorProps>('_404').at(-1),
  }
}

function pick(props: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(
    names.filter((name) => name in props).map((name) => [name, props[name]]),
  )
}
