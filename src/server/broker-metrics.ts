import { Counter, Gauge, type Registry } from 'prom-client'
import type { Broker } from '../broker/broker.ts'

/** Adds how a broker stands; one that cannot go wrong is always up, and has nothing else to tell. */
export function addBrokerMetrics(registry: Registry, broker: Broker): void {
  const registers = [registry]
  new Gauge({
    name: 'rivulet_broker_up',
    help: '1 while events can be published and heard, else 0.',
    registers,
    collect() {
      this.set(broker.health?.().problem === undefined ? 1 : 0)
    },
  })
  new Counter({
    name: 'rivulet_broker_reconnects_total',
    help: 'Times that the link to the broker was lost and came back.',
    registers,
    collect() {
      this.reset()
      this.inc(broker.health?.().reconnects ?? 0)
    },
  })
  new Counter({
    name: 'rivulet_broker_bad_records_total',
    help: 'Records of the broker that were passed over because they cannot be events.',
    registers,
    collect() {
      this.reset()
      this.inc(broker.health?.().badRecords ?? 0)
    },
  })
  new Gauge({
    name: 'rivulet_broker_lag_seconds',
    help: 'Seconds from the newest event’s entry into the broker until it was heard here.',
    registers,
    collect() {
      this.set((broker.health?.().lag ?? 0) / 1000)
    },
  })
}
