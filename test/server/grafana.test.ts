import { describe, expect, test } from 'bun:test'
import dashboard from '../../grafana/rivulet.json'
import { type Metrics, parseMetrics } from './metrics-text.ts'
import { serveApp } from './serve-app.ts'

/** Added by Prometheus to everything that it scrapes. */
const TARGET = ['instance', 'job']
const WORDS = /^(sum|min|max|by|on|and|rate|increase|histogram_quantile)$/

interface Target {
  readonly expr: string
  readonly legendFormat: string
  readonly datasource: { readonly uid: string }
}
interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: {
    readonly h: number
    readonly w: number
    readonly x: number
    readonly y: number
  }
  readonly targets?: readonly Target[]
}

const panels: readonly Panel[] = dashboard.panels
const targets = panels.flatMap(({ title, targets = [] }) =>
  targets.map((target) => ({ title, ...target })),
)
const variables = dashboard.templating.list

/** The metrics that an expression names, each with the labels that it uses of it. */
function namesOf(expr: string): { metrics: string[]; labels: string[] } {
  const matchers = [...expr.matchAll(/\{([^}]*)\}/g)].map(([, inside]) => inside ?? '')
  const groupings = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].map(([, inside]) => inside ?? '')
  const labels = [
    ...matchers.flatMap((inside) =>
      [...inside.matchAll(/(\w+)\s*(?:=~|=|!=|!~)/g)].map(([, name]) => name),
    ),
    ...groupings.flatMap((inside) => inside.split(/,\s*/)),
  ].filter((name) => name !== undefined)
  const bare = expr
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(?:by|on) \([^)]*\)/g, '')
  const metrics = [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)].map(([name]) => name)
  return { metrics: metrics.filter((name) => !WORDS.test(name)), labels }
}

/** The metrics of an app on which everything has happened that has labels of its own. */
async function metricsOf(): Promise<Metrics> {
  const { origin } = await serveApp({ limits: { connections: 1 } })
  const connected = await fetch(`${origin}/sse/news`)
  await (await fetch(`${origin}/sse/news`)).text()
  const metrics = parseMetrics(await (await fetch(`${origin}/metrics`)).text())
  await connected.body?.cancel()
  return metrics
}

function labelsOf({ samples }: Metrics, metric: string): Set<string> {
  const of = samples.filter(({ name }) => name === metric)
  return new Set(of.flatMap(({ labels }) => Object.keys(labels)))
}

test('every metric and label of the dashboard is one of GET /metrics', async () => {
  const metrics = await metricsOf()
  const known = new Set(metrics.samples.map(({ name }) => name))
  expect(targets.length).toBeGreaterThan(20)
  for (const { expr, legendFormat } of targets) {
    const { metrics: named, labels } = namesOf(expr)
    expect(named.length).toBeGreaterThan(0)
    for (const name of named) {
      expect(known).toContain(name)
      // One that is used without labels of its own has those of its target.
      const own = new Set([...labelsOf(metrics, name), ...TARGET])
      for (const label of labels) expect(own).toContain(label)
    }
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
    for (const label of shown)
      expect<(string | undefined)[]>([...labels, 'instance']).toContain(label)
  }
})

test('every metric of Rivulet is on the dashboard', async () => {
  const { types } = await metricsOf()
  const shown = new Set(targets.flatMap(({ expr }) => namesOf(expr).metrics))
  const missing = [...types].filter(([name, type]) =>
    type === 'histogram'
      ? !['_bucket', '_sum', '_count'].every((part) => shown.has(name + part))
      : !shown.has(name),
  )
  expect(missing).toEqual([])
})

test('a counter is shown as a rate, and a gauge is not', async () => {
  const { types } = await metricsOf()
  for (const { expr } of targets) {
    for (const [, call, name = ''] of expr.matchAll(/(\w+)\(([a-z_]+)\{/g)) {
      const isRate = call === 'rate' || call === 'increase'
      expect([name, isRate]).toEqual([name, types.get(name) !== 'gauge'])
    }
  }
})

describe('the dashboard can be imported', () => {
  test('and asks for its data source', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36)
    expect(dashboard.id).toBeNull()
    const [input] = dashboard.__inputs
    expect(input).toMatchObject({ type: 'datasource', pluginId: 'prometheus' })
    const uid = `\${${input?.name}}`
    for (const { datasource } of [...targets, ...variables]) expect(datasource.uid).toBe(uid)
  })

  test('with the variables that its expressions use, each of a metric that there is', async () => {
    const metrics = await metricsOf()
    const used = targets.flatMap(({ expr }) =>
      [...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? ''),
    )
    const own = new Set(used.filter((name) => !name.startsWith('__')))
    expect(own).toEqual(new Set(variables.map(({ name }) => name)))
    for (const { query } of variables) {
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? []
      expect([...labelsOf(metrics, metric), ...TARGET]).toContain(label)
      expect(metrics.types.has(metric)).toBe(true)
    }
  })

  test('with panels that have names, ids of their own, and do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = new Set<string>()
    for (const { title, gridPos } of panels) {
      expect(title).not.toBe('')
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x} ${y}`)).toBe(false)
          cells.add(`${x} ${y}`)
        }
    }
  })
})
