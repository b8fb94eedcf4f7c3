import { Action } from '../page/action.ts'
import { Page } from '../page/page.ts'
import type { ErrorProps, Frame, LayoutProps, PageRoute, Surroundings } from '../page/route.ts'
import type { Child } from '../html/child.ts'
import type { Component } from '../component/def.ts'
import { checkParams, isComponent, refuse, refuseTwins } from './check.ts'
import { RouteError, type RoutePath, routePath } from './route-path.ts'
import { type SourceFile, scanFolder } from './scan.ts'

/** A page with its URL. */
export interface PlacedPage extends PageRoute {
  readonly path: RoutePath
}

/** A folder of pages that has a layout or error pages of its own. */
export interface PageFolder {
  readonly path: RoutePath
  readonly surroundings: Surroundings
}

/** The pages of an app, and what answers where there is none. */
export interface Pages {
  readonly routes: readonly PlacedPage[]
  /** Of two folders that hold a URL, the nearer comes first. */
  readonly folders: readonly PageFolder[]
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

type Module = Readonly<Record<string, unknown>>

/** Walks `pages/` and imports what it finds. Throws a `RouteError` that names the files at fault. */
export async function loadPages(root: string): Promise<Pages> {
  const files = scanFolder(root, 'pages')
  const frames = new Map<string, Frame<never>>()
  for (const source of files) {
    if (!/(^|\/)_(layout|error|404)$/.test(source.path)) continue
    if (frames.has(source.path)) refuseTwinFrames(source, files)
    frames.set(source.path, loadFrame(source, await import(source.absolute)))
  }
  const routes: PlacedPage[] = []
  for (const source of files) {
    const path = routePath(source.path, source.file)
    if (path === undefined) continue
    routes.push(
      loadPage(source, path, await import(source.absolute), surroundings(source.path, frames)),
    )
  }
  refuseTwins(routes)
  return { routes, folders: foldersOf(frames) }
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
    // Of an action that several pages export, the place is that of its own file.
    const isOwn = action.source.replace(/:\d+$/, '').endsWith(file)
    if (!Object.values(actions).includes(action) && (isOwn || action.place === undefined))
      action.place = { pattern: path.pattern.replace(/\*$/, `*${path.params.at(-1)}`), method }
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

function refuseTwinFrames({ path, file }: SourceFile, files: readonly SourceFile[]): never {
  const twin = files.find((other) => other.path === path)
  throw new RouteError(
    `Two files have one place.\n\nExpected: one ${path}\nGot: ${twin?.file} and ${file}`,
  )
}

/** What is around a file, or what is in a folder whose path ends with a slash. */
function surroundings(path: string, frames: ReadonlyMap<string, Frame<never>>): Surroundings {
  const folders = ['']
  for (const segment of path.split('/').slice(0, -1)) {
    if (segment !== '') folders.push(`${folders.at(-1)}${segment}/`)
  }
  const found = <Props>(name: string): Frame<Props>[] =>
    folders.flatMap((folder) => (frames.get(folder + name) as Frame<Props> | undefined) ?? [])
  return {
    layouts: found<LayoutProps>('_layout'),
    error: found<ErrorProps>('_error').at(-1),
    notFound: found<ErrorProps>('_404').at(-1),
  }
}

/** Nearest first: the longer path, then the one without params, then the one that is in no group. */
function foldersOf(frames: ReadonlyMap<string, Frame<never>>): PageFolder[] {
  const folders = new Set(['', ...[...frames.keys()].map((path) => path.replace(/[^/]+$/, ''))])
  return [...folders]
    .toSorted((one, other) => one.length - other.length)
    .flatMap((folder) => {
      const path = routePath(`${folder}index`)
      return path === undefined ? [] : [{ path, surroundings: surroundings(folder, frames) }]
    })
    .toSorted(
      ({ path: one }, { path: other }) =>
        depth(other) - depth(one) || one.params.length - other.params.length,
    )
}

function depth({ pattern }: RoutePath): number {
  return pattern.split('/').filter(Boolean).length
}

function pick(props: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(
    names.filter((name) => name in props).map((name) => [name, props[name]]),
  )
}
