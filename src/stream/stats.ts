/** Upper bounds of the latency histogram, in seconds. */
export const LATENCY_BOUNDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/**
 * What has happened on one stream in this process, in plain numbers.
 *
 * Delivery is counted here at the cost of an addition; whoever exports metrics reads it when asked.
 */
export class StreamStats {
  /** Connections that listen now; one with several topics counts for each. */
  connections = 0
  /** Events that the broker has accepted from this process. */
  published = 0
  /** Events that `publish` refused, or the broker did. */
  rejected = 0
  /** Events handed to sockets, counted once per connection. */
  delivered = 0
  /** Of those, events that a client had missed and came back for. */
  replayed = 0
  /** Bytes of events handed to sockets. */
  bytes = 0
  /** Times that a connection was told of a gap. */
  resets = 0
  /** Superseded `latest` events that a connection was spared. */
  conflated = 0
  /** Events that could not be rendered. */
  renderErrors = 0
  /** Times that the source threw and was started again. */
  sourceFailures = 0
  /** Connections that were closed because they took nothing. */
  stalled = 0
  /** Connections turned away, by the limit that they met. */
  readonly shed = new Map<string, number>()
  /** Deliveries by latency, from the broker's word of an event to the socket; the last is unbounded. */
  readonly latency: number[] = Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0)
  latencySum = 0

  /** Counts the latency of events that went to a socket together. */
  observeLatency(seconds: number, events: number): void {
    let bucket = 0
    while (bucket < LATENCY_BOUNDS.length && seconds > (LATENCY_BOUNDS[bucket] ?? 0)) bucket++
    this.latency[bucket] = (this.latency[bucket] ?? 0) + events
    this.latencySum += seconds * events
  }

  /** Counts a connection that was turned away. */
  refuse(limit: string): void {
    this.shed.set(limit, (this.shed.get(limit) ?? 0) + 1)
  }
}
