import { describeIssues } from '../component/parse-props.ts'
import { type Params, placeOf, type SourceItem, type StreamDefinition } from './definition.ts'
import { encodeMessage, PublishError } from './message.ts'
import { topicName } from './topic-name.ts'

/** Publishes one event to the topic that the params name; resolves with its cursor. */
export async function publish(
  definition: StreamDefinition,
  params: Params,
  item: SourceItem,
): Promise<string> {
  const { broker, pattern } = placeOf(definition)
  const text = encodeMessage(definition, item)
  const kind = definition.events[item.event]?.kind
  return broker.publish(topicName(pattern, params), text, {
    retention: definition.retention,
    key: kind === 'latest' ? item.event : undefined,
    ephemeral: kind === 'ephemeral',
  })
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
