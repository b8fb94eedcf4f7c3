import type { Component } from '../component/def.ts'
import { Html } from '../html/html.ts'
import { nearest } from '../component/nearest.ts'
import { RouteError, type RoutePath } from './route-path.ts'

/** Throws the error of a file that does not export what its folder asks for. */
export function refuse(file: string, problem: string, expected: string, got: unknown): never {
  throw new RouteError(`${file} ${problem}\n\nExpected: ${expected}\nGot: ${describe(got)}`)
}

/** Throws when two files answer the same URLs below `base`: which of them did would be chance. */
export function refuseTwins(
  routes: readonly { readonly file: string; readonly path: RoutePath }[],
  base = '',
): void {
  const files = new Map<string, string>()
  for (const { file, path } of routes) {
    const twin = files.get(path.shape)
    if (twin !== undefined) {
      throw new RouteError(`Two files answer the same URL.

Expected: one file for ${base}${path.pattern}
Got: ${twin} and ${file}`)
    }
    files.set(path.shape, file)
  }
}

/** Throws when the params that a file declares are not those of its path. */
export function checkParams(
  file: string,
  { params }: RoutePath,
  declared: readonly string[],
): void {
  for (const param of params) {
    if (declared.includes(param)) continue
    const meant = nearest(param, declared)
    throw new RouteError(`${file} has a param in its path that it does not declare.

Expected: params: { ${param}: z.string() }
Got: ${declared.length > 0 ? `params: { ${declared.join(', ')} }` : 'no params'}${meant === undefined ? '' : `; is "${meant}" meant to be "${param}"?`}`)
  }
  const unknown = declared.find((param) => !params.includes(param))
  if (unknown === undefined) return
  throw new RouteError(`${file} declares a param that its path does not have.

Expected: ${params.length > 0 ? params.map((param) => `[${param}]`).join(', ') : `a path with [${unknown}] in it`}
Got: ${unknown}`)
}

/** Whether something was made by `def`. */
export function isComponent(value: unknown): value is Component {
  return typeof value === 'function' && 'schema' in value && 'source' in value
}

function describe(value: unknown): string {
  if (value === undefined) return 'no such export'
  if (typeof value === 'function')
    return value.name ? `a function named ${value.name}` : 'a function'
  if (value === null) return 'null'
  if (value instanceof Html) return 'an element, not a function that makes one'
  if (typeof value === 'object')
    return `an object with the keys ${Object.keys(value).slice(0, 5).join(', ') || '(none)'}`
  return `the ${typeof value} ${Bun.inspect(value).slice(0, 40)}`
}
