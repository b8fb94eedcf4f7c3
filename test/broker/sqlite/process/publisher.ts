import { DEFAULT_RETENTION } from '../../../../src/broker/broker.ts'
import { createSqliteBroker } from '../../../../src/sqlite.ts'

// bun publisher.ts <file> <topic> <name> <count> <synchronous>: publishes `name:1`, `name:2`, ... eight at a time,
// and writes each down once it is acknowledged, in one line.
const [path = '', topic = '', name = '', count = '', synchronous = ''] = process.argv.slice(2)
const broker = createSqliteBroker({
  path,
  synchronous: synchronous === 'normal' ? 'normal' : 'full',
})
const retention = { ...DEFAULT_RETENTION, events: 1_000_000, bytes: 1e9 }
let next = 1
async function publish(): Promise<void> {
  for (let number = next++; number <= Number(count); number = next++) {
    const text = `${name}:${number}`
    await broker.publish(topic, text, { retention })
    // Written before anything else happens: what the parent has read was acknowledged.
    await Bun.write(Bun.stdout, `${text}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, publish))
await broker.close()
