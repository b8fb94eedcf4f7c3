import { importsOf, type Import } from './imports.ts'
import type { Source } from './source.ts'

/** The rooms of `src/` from the bottom up: each may import itself and what stands before it. */
const ROOMS = [
  'html',
  'sse',
  'broker',
  'component',
  'stream',
  'page',
  'router',
  'server',
  'cli',
] as const

/** What runs in the browser: imports nothing, and nothing imports it. */
const BROWSER_ROOM = 'client'

/** The rooms that the public entry points have no business with. */
const NOT_PUBLIC = ['cli', BROWSER_ROOM]

/** Lists the imports in `src/` that run against the order of the rooms. */
export function roomViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const from = roomOf(source.path)
    if (!isKnown(from))
      return [`${source.path}: ${from} is not a room; add it to the list or move it`]
    return importsOf(source).flatMap((found) => {
      const reason = refusal(from, found)
      return reason ? [`${found.place}: ${found.specifier}: ${reason}`] : []
    })
  })
}

/** `src/html/escape.ts` is in `html`; `src/index.ts` is in no room: ''. */
function roomOf(path: string): string {
  const [, room, rest] = path.split('/')
  return room !== undefined && rest !== undefined ? room : ''
}

function isKnown(room: string): boolean {
  return room === '' || room === BROWSER_ROOM || rankOf(room) !== -1
}

function rankOf(room: string): number {
  return (ROOMS as readonly string[]).indexOf(room)
}

/** Says why a room may not import something, or `undefined` if it may. */
function refusal(from: string, { target }: Import): string | undefined {
  const inside = target?.startsWith('src/') ? roomOf(target) : undefined
  if (from === BROWSER_ROOM) {
    return inside === BROWSER_ROOM ? undefined : 'the client imports nothing from outside its room'
  }
  if (target === undefined) return undefined
  if (inside === undefined) return 'src/ imports nothing from the rest of the repository'
  if (inside === BROWSER_ROOM) return 'nothing imports the client'
  if (from === '')
    return NOT_PUBLIC.includes(inside) ? `an entry point does not import ${inside}` : undefined
  if (inside === '') return 'a room does not import the public entry points'
  return rankOf(inside) <= rankOf(from) ? undefined : `${inside} stands above ${from}`
}
