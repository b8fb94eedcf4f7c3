export { createKafkaBroker } from './broker/kafka/kafka.ts'
export type { KafkaOptions } from './broker/kafka/settings.ts'
