export { createNatsBroker } from './broker/nats/nats-broker.ts'
export type { NatsBrokerOptions } from './broker/nats/options.ts'
