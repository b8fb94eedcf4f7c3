import {
  Counter,
  Gauge,
  type Metric,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'
import type { Broker } from '../broker/broker.ts'
import type { PlacedStream } from '../router/load-streams.ts'
import type { ConnectionLimits } from '../stream/admission.ts'
import { placeOf } from '../stream/definition.ts'
import type { Hub } from '../stream/hub.ts'
import { LATENCY_BOUNDS, type StreamStats } from '../stream/stats.ts'
import { addBrokerMetrics } from './broker-metrics.ts'

/** What metrics are read from, each time they are asked for. */
export interface Measured {
  readonly streams: readonly PlacedStream[]
  readonly hub: Hub
  readonly broker: Broker
}

type Count =
  | 'published'
  | 'rejected'
  | 'delivered'
  | 'replayed'
  | 'bytes'
  | 'resets'
  | 'conflated'
  | 'renderErrors'
  | 'sourceFailures'
  | 'stalled'

const COUNTERS: readonly (readonly [name: string, help: string, count: Count])[] = [
  [
    'rivulet_events_published_total',
    'Events that the broker accepted from this process.',
    'published',
  ],
  ['rivulet_events_rejected_total', 'Events that could not be published.', 'rejected'],
  ['rivulet_events_delivered_total', 'Events handed to sockets, once per connection.', 'delivered'],
  [
    'rivulet_events_replayed_total',
    'Of the delivered events, those that a client had missed.',
    'replayed',
  ],
  [
    'rivulet_events_conflated_total',
    'Superseded events that a connection was spared.',
    'conflated',
  ],
  ['rivulet_resets_total', 'Times that a connection was told of a gap.', 'resets'],
  ['rivulet_render_errors_total', 'Events that could not be rendered.', 'renderErrors'],
  [
    'rivulet_source_failures_total',
    'Times that a source threw and was started again.',
    'sourceFailures',
  ],
  [
    'rivulet_connections_stalled_total',
    'Connections that were cut off because they took nothing.',
    'stalled',
  ],
  ['rivulet_sent_bytes_total', 'Bytes of events handed to sockets.', 'bytes'],
]

const LIMITS: readonly (keyof ConnectionLimits)[] = [
  'connections',
  'perAddress',
  'perUser',
  'perStream',
]

const LATENCY = 'rivulet_delivery_latency_seconds'

/**
 * The metrics of an app in Prometheus's text format. They are read from the streams' own counters
 * when asked for, so that delivery pays nothing for them.
 */
export function createMetrics(measured: Measured): Registry {
  const registry = new Registry()
  for (const [name, help, count] of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: ['stream'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [stream, stats] of statsOf(measured)) this.inc({ stream }, stats[count])
      },
    })
  }
  new Counter({
    name: 'rivulet_connections_shed_total',
    help: 'Connections turned away, by the limit that they met.',
    labelNames: ['stream', 'limit'],
    registers: [registry],
    collect() {
      this.reset()
      // Also those that nobody has met: a rate does not see the first step of what begins at one.
      for (const [stream, { shed }] of statsOf(measured)) {
        for (const limit of LIMITS) this.inc({ stream, limit }, shed.get(limit) ?? 0)
      }
    },
  })
  new Gauge({
    name: 'rivulet_open_connections',
    help: 'Connections that are open now, whatever they listen to.',
    registers: [registry],
    collect() {
      this.set(measured.hub.connections)
    },
  })
  new Gauge({
    name: 'rivulet_connections',
    help: 'Connections that listen now; one with several topics of a stream counts for each.',
    labelNames: ['stream'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [stream, { connections }] of statsOf(measured)) this.set({ stream }, connections)
    },
  })
  new Gauge({
    name: 'rivulet_oldest_unsent_seconds',
    help: 'Age of the oldest event that some connection has yet to be sent.',
    labelNames: ['stream'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [stream, seconds] of oldestUnsent(measured)) this.set({ stream }, seconds)
    },
  })
  registry.registerMetric(latencyHistogram(measured))
  addBrokerMetrics(registry, measured.broker)
  addProcess(registry)
  return registry
}

/** The names are Prometheus's own (client library guidelines, "Standard and runtime collectors"). */
function addProcess(registry: Registry): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
}

/** prom-client's own Histogram cannot be given counts that were made elsewhere. */
function latencyHistogram(measured: Measured): Metric {
  const histogram = {
    name: LATENCY,
    async get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
      const values: (MetricValue<string> & { metricName: string })[] = []
      for (const [stream, { latency, latencySum }] of statsOf(measured)) {
        let count = 0
        latency.forEach((observed, bucket) => {
          count += observed
          const le = LATENCY_BOUNDS[bucket] ?? '+Inf'
          values.push({ metricName: `${LATENCY}_bucket`, labels: { stream, le }, value: count })
        })
        values.push({ metricName: `${LATENCY}_sum`, labels: { stream }, value: latencySum })
        values.push({ metricName: `${LATENCY}_count`, labels: { stream }, value: count })
      }
      const metric = {
        name: LATENCY,
        help: 'Seconds from the broker’s word of an event to its hand-over to a socket.',
        type: 'histogram',
        aggregator: 'sum',
        values,
      }
      return metric as unknown as MetricObjectWithValues<MetricValue<string>>
    },
  }
  return histogram as unknown as Metric
}

/** By the stream's pattern: `rooms/[room]`. */
function* statsOf({ streams }: Measured): Iterable<readonly [stream: string, stats: StreamStats]> {
  for (const { definition } of streams) {
    const { pattern, stats } = placeOf(definition)
    yield [pattern, stats]
  }
}

/** The age of the oldest event that some connection has yet to be sent, in seconds. */
function oldestUnsent({ streams, hub }: Measured): ReadonlyMap<string, number> {
  const now = performance.now()
  const ages = new Map(streams.map(({ definition }) => [placeOf(definition).pattern, 0]))
  for (const [definition, since] of hub.waiting()) {
    const { pattern } = placeOf(definition)
    ages.set(pattern, Math.max(ages.get(pattern) ?? 0, (now - since) / 1000))
  }
  return ages
}
