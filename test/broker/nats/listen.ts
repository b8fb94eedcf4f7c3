import type { Broker } from '../../../src/broker/broker.ts'
import { Recorder } from '../listener.ts'

/** Listens to a topic from now on. */
export async function listen(broker: Broker, topic: string): Promise<Recorder> {
  const recorder = new Recorder()
  await broker.subscribe(topic, (await broker.read(topic))?.cursor ?? '', recorder)
  return recorder
}
