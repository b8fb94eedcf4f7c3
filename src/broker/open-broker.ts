import type { Broker } from './broker.ts'

/** Makes the broker that a URL names. Adapters are loaded only when they are asked for. */
export async function openBroker(url: string): Promise<Broker> {
  const scheme = /^([a-z]+)(?:\+[a-z]+)?:/i.exec(url)?.[1]?.toLowerCase() ?? ''
  const open = Object.hasOwn(ADAPTERS, scheme) ? ADAPTERS[scheme] : undefined
  if (open !== undefined) return open(url)
  throw new TypeError(`This broker URL names no broker.

Expected: sqlite:events.db, redis://host, nats://host or kafka://host/topic
Got: ${scheme === '' ? 'no URL' : `${scheme}:`}`)
}

type Open = (url: string) => Promise<Broker>

const sqlite: Open = async (url) =>
  (await import('./sqlite/sqlite-broker.ts')).createSqliteBroker(url)
const redis: Open = async (url) => (await import('./redis/redis-broker.ts')).createRedisBroker(url)
const nats: Open = async (url) => (await import('./nats/nats-broker.ts')).createNatsBroker(url)
const kafka: Open = async (url) => (await import('./kafka/kafka.ts')).createKafkaBroker(url)

const ADAPTERS: Readonly<Record<string, Open>> = {
  sqlite,
  redis,
  rediss: redis,
  nats,
  tls: nats,
  kafka,
  kafkas: kafka,
}
