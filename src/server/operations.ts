import type { Registry } from 'prom-client'
import type { Broker } from '../broker/broker.ts'
import { refuseStranger } from '../router/bearer.ts'

/** Who may read `GET /metrics`. */
export interface MetricsOptions {
  /** What a reader has to send: `Authorization: Bearer <token>`. At least 16 characters. */
  readonly token?: string
  /** Metrics of your own, appended to Rivulet's: a registry of prom-client. */
  readonly registry?: Pick<Registry, 'metrics'>
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

async function metricsResponse(
  request: Request,
  registry: Registry,
  { token, registry: own }: MetricsOptions,
): Promise<Response> {
  const refused = token === undefined ? undefined : refuseStranger(request, token)
  if (refused !== undefined) return refused
  const text = (await registry.metrics()) + ((await own?.metrics()) ?? '')
  return new Response(text, { headers: { 'content-type': registry.contentType } })
}
