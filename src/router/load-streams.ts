import { placeOf, type StreamDefinition } from '../stream/definition.ts'
import { createFindStream } from './find-stream.ts'
import { type Logs, placeStream } from '../stream/place-stream.ts'
import { checkParams, refuse, refuseTwins } from './check.ts'
import { RouteError, type RoutePath, routePath } from './route-path.ts'
import { scanFolder } from './scan.ts'

/** A stream with its URL below `/sse`. */
export interface PlacedStream {
  /** `streams/rooms/[room].tsx` */
  readonly file: string
  readonly path: RoutePath
  readonly definition: StreamDefinition
  /** Lets go of what its place takes. */
  readonly release: () => Promise<void>
}

/** Walks `streams/`, imports what it finds, and gives each stream its topic and its broker. */
export async function loadStreams(root: string, logs: Logs): Promise<readonly PlacedStream[]> {
  const routes: PlacedStream[] = []
  for (const { file, path: source, absolute } of scanFolder(root, 'streams')) {
    const path = routePath(source, file)
    if (path === undefined) continue
    if (path.pattern === '/')
      throw new RouteError(
        `${file} would be /sse, which has the events of several topics.\n\nExpected: a name, as in streams/news.tsx\nGot: ${file}`,
      )
    const module = (await import(absolute)) as Readonly<Record<string, unknown>>
    const definition = definitionOf(module['default'])
    if (definition === undefined) {
      refuse(
        file,
        'has no stream as its default export.',
        'export default stream({ events: { tick: latest(Clock) } })',
        module['default'],
      )
    }
    if (
      definition.place !== undefined &&
      definition.place.file !== file &&
      definition.place.inbox === logs.broker
    ) {
      refuse(
        file,
        `exports the stream of ${definition.place.file}.`,
        'a stream of its own: its path is its topic',
        module['default'],
      )
    }
    checkParams(file, path, Object.keys(definition.params.shape))
    const release = placeStream(definition, file, topicPattern(source), logs)
    routes.push({ file, path, definition, release })
  }
  refuseTwins(routes, '/sse')
  const find = createFindStream(routes)
  for (const { path, definition } of routes) {
    const isAlone = routes.every((other) => other.path === path || !compete(other.path, path))
    if (isAlone) continue
    const owns = (topic: string): boolean => find(topic)?.definition === definition
    definition.place = { ...placeOf(definition), owns }
  }
  return routes
}

/** The path with its params, without what is in no URL: groups and a final `index`. */
function topicPattern(source: string): string {
  const segments = source.split('/').filter((segment) => !/^\(.+\)$/.test(segment))
  if (segments.at(-1) === 'index' && segments.length > 1) segments.pop()
  return segments.join('/')
}

/** Whether there is a topic that fits both: `rooms/[room]` and `rooms/lobby`. */
function compete(one: RoutePath, other: RoutePath): boolean {
  const [a, b] = [one, other].map(({ pattern }) => pattern.split('/')) as [string[], string[]]
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]]
    if (left === '*' || right === '*') return true
    if (left === undefined || right === undefined) return false
    if (left !== right && !left.startsWith(':') && !right.startsWith(':')) return false
  }
  return true
}

function definitionOf(exported: unknown): StreamDefinition | undefined {
  if (typeof exported !== 'function' || !('definition' in exported)) return undefined
  return exported.definition as StreamDefinition
}
