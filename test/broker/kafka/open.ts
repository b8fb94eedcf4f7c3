import type { Broker } from '../../../src/broker/broker.ts'
import { createKafkaBroker, type KafkaOptions } from '../../../src/kafka.ts'

/**
 * A broker on a server of this machine, wherever that says that it listens. The server of librdkafka lets readers
 * wait to the end, whatever comes meanwhile.
 */
export function openKafka(
  port: number,
  topic: string,
  options: Partial<KafkaOptions> = {},
): Broker {
  const url = `kafka://127.0.0.1:${port}/${topic}`
  return createKafkaBroker({ url, route: ({ host }) => ({ host, port }), wait: 20, ...options })
}
