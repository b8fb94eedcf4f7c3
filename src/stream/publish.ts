import { setImmediate } from 'node:timers/promises'
import type { PublishOptions } from '../broker/broker.ts'
import { describeIssues } from '../component/parse-props.ts'
import type { Delivery } from './delivery.ts'
import { type Params, placeOf, type SourceItem, type StreamDefinition } from './definition.ts'
import { encodeMessage, PublishError } from './message.ts'
import { topicOf } from './topic-name.ts'

/** Events in one turn of the event loop after which every publisher waits for the next. */
const BREATH = 128
let inTurn = 0
let turn: Promise<void> | undefined

/**
 * Publishes one event to the topic that the params name; resolves with its cursor.
 *
 * A broker in this process answers without a turn of the event loop. So that no loops of publishing
 * keep every socket from being written to, what is over a number in one turn resolves in the next.
 */
export async function publish(
  definition: StreamDefinition,
  params: Params,
  item: SourceItem,
  broker = placeOf(definition).inbox,
): Promise<string> {
  const { stats } = placeOf(definition)
  let cursor: string
  try {
    const { text, delivery } = encodeMessage(definition, item)
    const options = publishOptions(definition, item.event, delivery)
    cursor = await broker.publish(topicOf(definition, params), text, options)
  } catch (error) {
    stats.rejected++
    throw error
  }
  stats.published++
  turn ??= nextTurn()
  if (++inTurn >= BREATH) await turn
  return cursor
}

async function nextTurn(): Promise<void> {
  await setImmediate()
  turn = undefined
  inTurn = 0
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
