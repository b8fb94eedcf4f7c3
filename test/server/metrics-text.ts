/** One line of a metric. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What `GET /metrics` has said. */
export interface Metrics {
  readonly text: string
  /** By name, as declared by its TYPE line. */
  readonly types: ReadonlyMap<string, string>
  readonly help: ReadonlyMap<string, string>
  readonly samples: readonly Sample[]
  /** The value of a line, named as it stands there: `a_total{stream="news"}`. */
  value(line: string): number | undefined
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/

/** Asks an app for its metrics, and reads them. */
export async function readMetrics(origin: string): Promise<Metrics> {
  const response = await fetch(`${origin}/metrics`)
  if (response.status !== 200) throw new Error(`GET /metrics: ${response.status}`)
  return parseMetrics(await response.text())
}

/**
 * Parses Prometheus's text format, and throws for whatever is not of its grammar
 * (prometheus.io/docs/instrumenting/exposition_formats, "Text format details").
 */
export function parseMetrics(text: string): Metrics {
  const types = new Map<string, string>()
  const help = new Map<string, string>()
  const samples: Sample[] = []
  const lines = new Map<string, number>()
  if (!text.endsWith('\n')) throw new Error('The last line does not end.')
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [, keyword, about, rest = ''] =
      new RegExp(`^# (HELP|TYPE) (${NAME}) ?(.*)$`).exec(line) ?? []
    if (keyword === 'HELP' && about !== undefined) once(help, about, rest)
    else if (keyword === 'TYPE' && about !== undefined) {
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(line)
      if (samples.some(({ name }) => familyOf(name, types) === about))
        throw new Error(`The type of ${about} comes after its samples.`)
      once(types, about, rest)
    } else if (!line.startsWith('#')) {
      const sample = parseSample(line)
      if (!types.has(familyOf(sample.name, types))) throw new Error(`${sample.name} has no type.`)
      const named = line.slice(0, line.lastIndexOf(' '))
      if (lines.has(named)) throw new Error(`${named} comes twice.`)
      lines.set(named, sample.value)
      samples.push(sample)
    }
  }
  return { text, types, help, samples, value: (line) => lines.get(line) }
}

/** The metric that a sample belongs to: those of a histogram have names of their own. */
export function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  const family = name.replace(/_(bucket|sum|count)$/, '')
  return types.get(family) === 'histogram' ? family : name
}

function parseSample(line: string): Sample {
  const [, name, , labels = '', value = ''] =
    new RegExp(`^(${NAME})(\\{(.*)\\})? (\\S+)$`).exec(line) ?? []
  if (name === undefined) throw new Error(`This is no sample: ${line}`)
  const number = value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value)
  if (value === '' || (Number.isNaN(number) && !/^nan$/i.test(value)))
    throw new Error(`No value: ${line}`)
  const read: Record<string, string> = {}
  for (let rest = labels; rest !== '';) {
    const [all, label, text] = LABEL.exec(rest) ?? []
    if (all === undefined || label === undefined || label in read)
      throw new Error(`Labels: ${line}`)
    read[label] = (text ?? '').replace(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char))
    rest = rest.slice(all.length)
  }
  return { name, labels: read, value: number }
}

function once(map: Map<string, string>, name: string, text: string): void {
  if (map.has(name)) throw new Error(`${name} is declared twice.`)
  map.set(name, text)
}
