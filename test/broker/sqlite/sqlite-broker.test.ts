import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createSqliteBroker } from '../../../src/sqlite.ts'
import { brokerContract } from '../contract.ts'
import { sharedBrokerContract } from '../shared-contract.ts'
import { lock } from './lock.ts'
import { cursorOf, Scratch } from './scratch.ts'

const scratch = new Scratch()

brokerContract('sqlite', () => createSqliteBroker({ path: scratch.path() }))
brokerContract('sqlite with synchronous=normal', () =>
  createSqliteBroker(`sqlite://${scratch.path()}?synchronous=normal`),
)

// There is no server to kill and no network to cut: the file is away while somebody else has it locked.
sharedBrokerContract('sqlite', async () => {
  const path = scratch.path()
  await createSqliteBroker({ path }).close()
  let unlock: (() => Promise<void>) | undefined
  const away = async (): Promise<void> => {
    unlock = await lock(path)
  }
  const back = async (): Promise<void> => unlock?.()
  return {
    open: async () => createSqliteBroker({ path, timeout: 1500 }),
    kill: away,
    start: back,
    stall: away,
    heal: back,
    async poison(topic) {
      const database = new Database(path)
      database.run('PRAGMA ignore_check_constraints = ON')
      database.run(`INSERT INTO events (topic, text) VALUES (?, x'00ff')`, [topic])
      database.close(true)
    },
    close: back,
  }
})

test('whatever was published, what is read is what a list of all events says', async () => {
  const event = fc.record({
    topic: fc.constantFrom('a', 'b'),
    key: fc.constantFrom(undefined, undefined, 'k', 'l'),
    size: fc.integer({ min: 1, max: 9 }),
  })
  const retention = { events: 4, age: DEFAULT_RETENTION.age, bytes: 20 }
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
      const broker = scratch.open(scratch.path(), { synchronous: 'normal' })
      const cursors = [await cursorOf(broker, 'a')]
      for (const [index, { topic, key, size }] of events.entries()) {
        const text = `${index}`.padEnd(size, '.')
        cursors.push(await broker.publish(topic, text, { retention, key }))
      }
      for (const topic of ['a', 'b']) {
        const { retained, evicted } = reference(events, topic, retention)
        for (const [after, cursor] of cursors.entries()) {
          const backlog = await broker.read(topic, cursor)
          expect(backlog?.entries.map((entry) => entry.cursor)).toEqual(
            after < evicted
              ? undefined
              : retained.filter((at) => at > after).map((at) => cursors[at]),
          )
        }
      }
      await scratch.closeAll()
    }),
    { numRuns: 60 },
  )
})

/** The places (from 1) of the events that a topic keeps, and of the newest that it evicted. */
function reference(
  events: readonly { topic: string; key: string | undefined; size: number }[],
  topic: string,
  retention: { events: number; bytes: number },
): { retained: number[]; evicted: number } {
  let log: { at: number; key: string | undefined; size: number }[] = []
  let evicted = 0
  for (const [index, event] of events.entries()) {
    if (event.topic !== topic) continue
    const size = Math.max(event.size, String(index).length)
    if (event.key !== undefined) log = log.filter(({ key }) => key !== event.key)
    log.push({ at: index + 1, key: event.key, size })
    const bytes = (): number => log.reduce((sum, one) => sum + one.size, 0)
    while (log.length > retention.events || bytes() > retention.bytes) {
      evicted = log.shift()?.at ?? evicted
    }
  }
  return { retained: log.map(({ at }) => at), evicted }
}
