import type { Broker } from './broker.ts'

/** The file and the function of an adapter. */
interface Adapter {
  readonly file: string
  readonly create: string
}

const SQLITE: Adapter = { file: './sqlite/sqlite-broker.ts', create: 'createSqliteBroker' }
const REDIS: Adapter = { file: './redis/redis-broker.ts', create: 'createRedisBroker' }
const NATS: Adapter = { file: './nats/nats-broker.ts', create: 'createNatsBroker' }
const KAFKA: Adapter = { file: './kafka/kafka.ts', create: 'createKafkaBroker' }

const ADAPTERS: Readonly<Record<string, Adapter>> = {
  sqlite: SQLITE,
  redis: REDIS,
  rediss: REDIS,
  nats: NATS,
  tls: NATS,
  kafka: KAFKA,
  kafkas: KAFKA,
}

/** Makes the broker that a URL names. Adapters are loaded only when they are asked for. */
export async function openBroker(url: string): Promise<Broker> {
  const scheme = /^([a-z]+)(?:\+[a-z]+)?:/i.exec(url)?.[1]?.toLowerCase() ?? ''
  const adapter = Object.hasOwn(ADAPTERS, scheme) ? ADAPTERS[scheme] : undefined
  if (adapter === undefined) {
    throw new TypeError(`This broker URL names no broker.

Expected: sqlite:events.db, redis://host, nats://host or kafka://host/topic
Got: ${scheme === '' ? 'no URL' : `${scheme}:`}`)
  }
  // By a name that the type checker does not follow: it would look for drivers that an app with
  // another broker need not have.
  const module = (await import(adapter.file)) as Readonly<Record<string, (url: string) => Broker>>
  return module[adapter.create]!(url)
}
