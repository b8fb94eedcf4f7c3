import { z } from 'zod'
import type { Broker } from '../../src/broker/broker.ts'
import type { Params, StreamDefinition } from '../../src/stream/definition.ts'
import { append, ephemeral, latest } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { Line } from './line.tsx'
import type { Feed } from './model-feed.ts'
import { place } from './place.ts'
import type { Topic } from './steps.ts'

/** The streams of the model's topics: rooms for everybody, and a task that has a source. */
export function modelStreams(broker: Broker, feed: Feed) {
  const events = { line: append(Line), state: latest(Line), typing: ephemeral(Line) }
  const history = { events: 8 }
  const rooms = stream({ params: { room: z.string() }, events, history })
  const task = stream({ events, history, source: (_, context) => feed.run(context) })
  place(rooms, 'rooms/[room]', broker)
  place(task, 'task', broker)
  const at = (topic: Topic) => ({ room: topic.slice('rooms/'.length) })
  const of = (topic: Topic): { readonly definition: StreamDefinition; readonly params: Params } =>
    topic === 'task'
      ? { definition: task.definition, params: {} }
      : { definition: rooms.definition, params: at(topic) }
  return { room: (topic: Topic) => rooms.at(at(topic)), of }
}
