import type { Connection } from './protocol/connection.ts'
import { createTopic } from './protocol/create-topic.ts'
import { cleanupPolicy } from './protocol/cleanup-policy.ts'
import { checkCode } from './protocol/kafka-error.ts'
import { type Address, type Metadata, metadata, oldMetadata } from './protocol/metadata.ts'
import type { KafkaRequest } from './protocol/request.ts'
import type { KafkaSettings } from './settings.ts'

/** The numbers of requests, and of errors. */
const METADATA = 3
const DESCRIBE_CONFIGS = 32
const UNKNOWN_TOPIC = 3
const LEADER_NOT_AVAILABLE = 5
const TOPIC_EXISTS = 36

/** Milliseconds between two looks at a topic that is just being made. */
const PAUSE = 100

/** What the topic is, once it exists: created here when that is wanted. `open` connects to a server. */
export async function findTopic(
  seed: Connection,
  settings: KafkaSettings,
  open: (address: Address) => Promise<Connection>,
): Promise<Metadata> {
  const { topic, timeout } = settings
  let created = false
  for (const deadline = Date.now() + timeout; ;) {
    const found = await seed.send(metadataFor(seed, topic))
    if (found.error === UNKNOWN_TOPIC && !created) {
      if (!settings.create)
        throw new Error(`The topic ${topic} does not exist, and "create" is false`)
      await create(found, settings, open)
      created = true
    }
    const isReady = found.error === 0 && found.leaders.every((leader) => leader >= 0)
    if (isReady && found.leaders.length > 0) {
      await refuseCompaction(seed, topic)
      return found
    }
    // A topic that was made a moment ago has no leaders at once.
    if (Date.now() > deadline) {
      checkCode(found.error, `The topic ${topic}`)
      throw new Error(`A partition of ${topic} has no leader now`)
    }
    if (found.error !== 0 && found.error !== UNKNOWN_TOPIC && found.error !== LEADER_NOT_AVAILABLE)
      checkCode(found.error, `The topic ${topic}`)
    await Bun.sleep(PAUSE)
  }
}

async function create(
  { nodes, controller }: Metadata,
  settings: KafkaSettings,
  open: (address: Address) => Promise<Connection>,
): Promise<void> {
  const { topic, partitions, replicas, timeout } = settings
  const address = nodes.get(controller) ?? [...nodes.values()][0]
  if (address === undefined) throw new Error(`There is no server to create ${topic} on`)
  // An event may have 1,048,576 characters: more bytes than servers take unless told.
  const config = { 'cleanup.policy': 'delete', 'max.message.bytes': '4194304', ...settings.config }
  const connection = await open(address)
  const error = await connection.send(createTopic({ topic, partitions, replicas, config }, timeout))
  // Another process may have been quicker.
  if (error !== undefined && error.code !== TOPIC_EXISTS) throw error
}

/** Of each key a compacted topic keeps the newest record alone, and the key of ours is the topic. */
async function refuseCompaction(seed: Connection, topic: string): Promise<void> {
  if (!seed.versions.has(DESCRIBE_CONFIGS)) return
  const policy = await seed.send(cleanupPolicy(topic))
  if (policy?.includes('compact') !== true) return
  throw new Error(
    `The topic ${topic} has cleanup.policy=${policy}, which would keep but one event of each stream; it has to be delete`,
  )
}

/** Asks for the topic in the way that a server understands. */
export function metadataFor(connection: Connection, topic: string): KafkaRequest<Metadata> {
  return (connection.versions.get(METADATA)?.max ?? 0) >= 10 ? metadata(topic) : oldMetadata(topic)
}
