import type { Broker, Entry, PublishOptions } from '../broker/broker.ts'
import { createRelay } from '../broker/relay.ts'
import type { StreamDefinition } from './definition.ts'
import { decodeMessage } from './message.ts'
import { publishOptions } from './publish.ts'
import { StreamStats } from './stats.ts'

/** Where logs are, and whether other processes have them, too. */
export interface Logs {
  readonly broker: Broker
  readonly isShared: boolean
}

/** Gives a stream its place; what it answers lets go of what that takes. */
export function placeStream(
  definition: StreamDefinition,
  file: string,
  pattern: string,
  { broker, isShared }: Logs,
): () => Promise<void> {
  const stats = new StreamStats()
  const needsRelay = isShared && definition.run !== undefined
  const relay = needsRelay ? createRelay(broker, (entry) => relayed(definition, entry)) : undefined
  definition.place = { file, pattern, broker: relay ?? broker, inbox: broker, stats }
  return async () => relay?.close()
}

/** How the log of this process keeps an event that came from the shared one. */
function relayed(definition: StreamDefinition, { cursor, text }: Entry): PublishOptions {
  const ephemeral = cursor === undefined
  try {
    const { message, delivery } = decodeMessage(definition, text)
    return { ...publishOptions(definition, message.event, delivery), ephemeral }
  } catch {
    // Whoever renders it says what is wrong with it.
    return { retention: definition.retention, ephemeral }
  }
}
