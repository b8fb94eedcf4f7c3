import type { Broker } from '../../src/broker/broker.ts'
import type { StreamDefinition } from '../../src/stream/definition.ts'
import { StreamStats } from '../../src/stream/stats.ts'

/** Gives a stream the place that the walk of `streams/` would give it. */
export function place<Placed extends { readonly definition: StreamDefinition }>(
  stream: Placed,
  pattern: string,
  broker: Broker,
): Placed {
  stream.definition.place = {
    file: `streams/${pattern}.tsx`,
    pattern,
    broker,
    inbox: broker,
    stats: new StreamStats(),
  }
  return stream
}
