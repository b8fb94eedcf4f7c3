import { setImmediate } from 'node:timers/promises'
import type { PublishOptions } from '../broker/broker.ts'
import { describeIssues } from '../component/parse-props.ts'
import type { Delivery } from './delivery.ts'
import { type Params, placeOf, type SourceItem, type StreamDefinition } from './definition.ts'
import { encodeMessage, PublishError } from './message.ts'
import { topicName } from './topic-name.ts'

/** Events after which a publisher waits for a turn of the event loop. */
const BREATH = 128
let published = 0

/**
 * Publishes one event to the topic that the params name; resolves with its cursor.
 *
 * A broker in this process answers without a turn of the event loop. So that no loop of publishing
 * keeps every socket from being written to, one in many resolves a turn later.
 */
export async function publish(
  definition: StreamDefinition,
  params: Params,
  item: SourceItem,
  broker = placeOf(definition).inbox,
): Promise<string> {
  const { pattern, stats } = placeOf(definition)
  let cursor: string
  try {
    const { text, delivery } = encodeMessage(definition, item)
    const options = publishOptions(definition, item.event, delivery)
    cursor = await broker.publish(topicName(pattern, params), text, options)
  } catch (error) {
    stats.rejected++
    throw error
  }
  stats.published++
  if (++published % BREATH === 0) await setImmediate()
  return cursor
}

/** How a log has to keep an event. */
export function publishOptions(
  { retention }: StreamDefinition,
  event: string,
  { kind }: Delivery,
): PublishOptions {
  return {
    retention,
    key: kind === 'latest' ? event : undefined,
    ephemeral: kind === 'ephemeral',
  }
}

/** The params of a stream after zod, or the error that names the file. */
export function parseParams(definition: StreamDefinition, params: unknown): Params {
  const result = definition.params.safeParse(params)
  if (result.success) return result.data
  throw new PublishError(
    `${definition.place?.file ?? definition.source} does not accept these params.\n\n${describeIssues(result.error)}`,
    { cause: result.error },
  )
}
