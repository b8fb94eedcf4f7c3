import type { Registry } from 'prom-client'
import type { Broker } from '../broker/broker.ts'
import { checkToken, refuseStranger } from '../router/bearer.ts'

/** Who may read `GET /metrics`. */
export interface MetricsOptions {
  /** What a reader has to send: `Authorization: Bearer <token>`. At least 16 characters. */
  readonly token?: string
  /**
   * Metrics of your own, appended to Rivulet's: a registry of prom-client, in Prometheus's text format.
   * What both have, like `process_cpu_seconds_total`, is taken from yours.
   */
  readonly registry?: Pick<Registry, 'metrics' | 'contentType'>
}

export interface Operations {
  readonly broker: Broker
  /** Whether no new connections are taken any more. */
  readonly isClosed: () => boolean
  readonly registry: Registry
  /** `false` for no metrics; `true` for anybody to read them. */
  readonly metrics: boolean | MetricsOptions
}

/** The answers for those who run the process, by path. */
export function operations({
  broker,
  isClosed,
  registry,
  metrics,
}: Operations): Readonly<Record<string, (request: Request) => Response | Promise<Response>>> {
  const options = metrics === true ? {} : metrics
  return {
    /** The process is there. */
    '/healthz': () => new Response('ok'),
    /** It should be sent requests: it is not about to end, and its broker is well. */
    '/readyz': () => {
      const problem = isClosed() ? 'draining' : broker.health?.().problem
      return new Response(problem ?? 'ok', { status: problem === undefined ? 200 : 503 })
    },
    ...(options && {
      '/metrics': (request: Request) => metricsResponse(request, registry, options),
    }),
  }
}

/** Throws for metrics that anybody could read by mistake, or nobody. */
export function checkMetrics(metrics: boolean | MetricsOptions): void {
  if (typeof metrics === 'boolean') return
  if ('token' in metrics && metrics.token === undefined) {
    throw new TypeError(`metrics.token of rivulet() is undefined, and anybody could read the metrics.

Expected: a token; or metrics: true, for anybody
Got: undefined, as an environment variable is that nobody has set`)
  }
  checkToken('metrics.token', metrics.token)
  const type = metrics.registry?.contentType
  if (type === undefined || type.startsWith('text/plain')) return
  throw new TypeError(`metrics.registry of rivulet() is of another format.

Expected: text/plain; version=0.0.4
Got: ${type}`)
}

async function metricsResponse(
  request: Request,
  registry: Registry,
  { token, registry: own }: MetricsOptions,
): Promise<Response> {
  const refused = token === undefined ? undefined : refuseStranger(request, token)
  if (refused !== undefined) return refused
  const theirs = (await own?.metrics()) ?? ''
  // A name that comes twice makes a scrape invalid.
  const taken = new Set(Array.from(theirs.matchAll(/^# TYPE (\S+) /gm), ([, name]) => name))
  const ours = (await registry.metrics()).split(/\n\n/)
  const text = ours.filter((metric) => !taken.has(/^# TYPE (\S+) /m.exec(metric)?.[1])).join('\n\n')
  return new Response(`${text.trimEnd()}\n${theirs}`, {
    headers: { 'content-type': registry.contentType },
  })
}
