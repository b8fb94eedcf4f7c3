/**
 * Publishes 0, 1, 2… under a name to a topic as fast as the server takes them, until it has `count`
 * or is killed, and writes down each that was acknowledged.
 */
import { createRedisBroker } from '../../../src/redis.ts'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'

const [, , url = '', topic = '', name = '', count = '0'] = process.argv
const broker = createRedisBroker(url)
const retention = { ...DEFAULT_RETENTION, events: 1_000_000, bytes: 1e9 }
const done = Bun.stdout.writer()
for (let number = 0; number < Number(count); number++) {
  await broker.publish(topic, `${name} ${number}`, { retention })
  void done.write(`${number}\n`)
  await done.flush()
}
await broker.close()
