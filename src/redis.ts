export { createRedisBroker } from './broker/redis/redis-broker.ts'
export type { RedisBrokerOptions } from './broker/redis/settings.ts'
