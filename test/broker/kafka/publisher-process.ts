import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { openKafka } from './open.ts'

/** Publishes `name:0`, `name:1` and so on as fast as it can, and writes each to its output once Kafka has it. */
const [port, app = '', name = '', count] = process.argv.slice(2)
const broker = openKafka(Number(port), app)
for (let index = 0; index < Number(count); index += 10) {
  const batch = Array.from({ length: 10 }, (_, offset) => `${name}:${index + offset}`)
  await Promise.all(
    batch.map(async (text) => {
      await broker.publish('rooms/a', text, { retention: DEFAULT_RETENTION })
      process.stdout.write(`${text}\n`)
    }),
  )
}
await broker.close()
