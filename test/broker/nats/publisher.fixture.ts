import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'

// A process that publishes one event after the other, and writes down which were acknowledged.
const [url = '', topic = '', name = '', count = '0'] = process.argv.slice(2)
const broker = createNatsBroker(url)
for (let number = 0; number < Number(count); number++) {
  const text = `${name}:${number}`
  await broker.publish(topic, text, { retention: { ...DEFAULT_RETENTION, events: 10_000 } })
  process.stdout.write(`${text}\n`)
}
await broker.close()
