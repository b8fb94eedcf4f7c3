import { canonical, type Renderer, startRenderer } from '../rendering/renderer.ts'
import type { Budget, Result } from '../report/result.ts'
import { ratioOf, spreadOf } from '../report/spread.ts'
import type { Effort } from './part.ts'

const RENDERERS = {
  literals: 'literals.ts',
  kita: 'kita.tsx',
  rivulet: 'rivulet.tsx',
  'rivulet def': 'rivulet-def.tsx',
  preact: 'preact.tsx',
  hono: 'hono.tsx',
  react: 'react.tsx',
} as const

/** What a page of a hundred cards costs, in one process per renderer. */
export async function rendering({ quick }: Effort): Promise<readonly Result[]> {
  const renderers: Renderer[] = []
  const cpu = new Map<string, number[]>()
  try {
    for (const [name, file] of Object.entries(RENDERERS)) {
      renderers.push(await startRenderer(name, file))
      cpu.set(name, [])
    }
    await refuseOtherPages(renderers)
    for (const renderer of renderers) await renderer.ask({ type: 'run', milliseconds: 1000 })
    for (let round = 0; round < (quick ? 3 : 15); round++) {
      for (const renderer of renderers) {
        const answer = await renderer.ask({ type: 'run', milliseconds: quick ? 100 : 300 })
        if ('cpu' in answer) cpu.get(renderer.name)?.push(answer.cpu)
      }
    }
  } finally {
    for (const renderer of renderers) await renderer.stop()
  }
  const of = (name: string): number[] => cpu.get(name) ?? []
  const limit = (what: string, base: string, got: number, most: number): Budget => ({
    what: `${what} against ${base}`,
    got,
    limit: most,
    kind: 'at most',
  })
  const against = (base: string): number => ratioOf(of('rivulet'), of(base)).median
  return [
    {
      title: 'rendering: a page of 100 cards',
      rows: renderers.map(({ name }) => ({
        renderer: name,
        'cpu us/page': spreadOf(of(name)),
        'x kita': ratioOf(of(name), of('kita')),
        'x literals': ratioOf(of(name), of('literals')),
      })),
      budgets: [
        limit('cost', 'kita', against('kita'), 1.15),
        limit('cost', 'hono', against('hono'), 0.5),
        limit('cost', 'react', against('react'), 0.5),
      ],
    },
  ]
}

/** Numbers of renderers that render something else say nothing. */
async function refuseOtherPages(renderers: readonly Renderer[]): Promise<void> {
  let expected: string | undefined
  for (const { name, ask } of renderers) {
    const answer = await ask({ type: 'page' })
    const page = 'page' in answer ? canonical(answer.page) : ''
    expected ??= page
    if (page !== expected) throw new Error(difference(name, page, expected))
  }
}

function difference(name: string, page: string, expected: string): string {
  let at = 0
  while (page[at] === expected[at]) at++
  const around = (text: string): string => `…${text.slice(Math.max(0, at - 40), at + 40)}…`
  return `${name} renders another page.\n\nExpected: ${around(expected)}\nGot: ${around(page)}`
}
