import { afterEach, expect, test } from 'bun:test'
import { AppProcess } from './app-process.ts'
import { Crowd } from './crowd.ts'

const CLIENTS = 1000
/** Milliseconds of `drain`, and what requests under way have after it, as `rivulet start` has it. */
const DRAIN = 2000
const PATIENCE = 10_000
/** Milliseconds between two events on each server. */
const PACE = 50

const parties: (AppProcess | Crowd)[] = []
afterEach(async () => {
  await Promise.all(parties.splice(0).map((party) => party.kill()))
})

function start(name: string): AppProcess {
  const app = new AppProcess('rivulet start', { drain: DRAIN, retry: 600 }, name)
  parties.push(app)
  return app
}

/** Two servers with events on both, and clients on the first that know the second. */
async function startAll(clients: number) {
  const [first, second] = [start('a'), start('b')]
  const crowd = new Crowd()
  parties.push(crowd)
  const ports = [await first.port, await second.port]
  const group = 'all'
  await crowd.ask({ type: 'open', ports, topics: ['ticks'], count: clients, group, follow: true })
  for (const app of [first, second]) app.tell({ type: 'every', milliseconds: PACE })
  await crowd.until(group, 'events', ({ topics }) => (topics['ticks']?.events ?? 0) > 5 * clients)
  return { first, second, crowd, ports }
}

/** Everybody has come to the second server, and knows that it has missed something, and all since. */
async function expectAllOnSecond(second: AppProcess, crowd: Crowd, clients: number) {
  await crowd.until('all', 'everybody is back', ({ connected, topics }) => {
    const onSecond = Object.entries(topics['ticks']?.newest ?? {}).filter(([newest]) =>
      newest.startsWith('b:'),
    )
    return connected === clients && onSecond.reduce((sum, [, count]) => sum + count, 0) === clients
  })
  second.tell({ type: 'every', milliseconds: 0 })
  await Bun.sleep(2 * PACE)
  const { published } = await second.state()
  const report = await crowd.until(
    'all',
    'everybody has the newest event',
    ({ topics }) => topics['ticks']?.newest[`b:${published.ticks}`] === clients,
  )
  expect(report.topics['ticks']).toMatchObject({ faults: 0, resets: clients })
  return report
}

test(`a server that is told to stop hands ${CLIENTS} clients over, one after the other`, async () => {
  const { first, second, crowd, ports } = await startAll(CLIENTS)
  const told = Date.now()
  first.process.kill('SIGTERM')
  await Bun.sleep(DRAIN / 4)
  expect(await newcomer(ports[0])).toBe('turned away')
  expect(await first.process.exited).toBe(0)
  const took = Date.now() - told
  expect(took).toBeGreaterThan(DRAIN / 2)
  expect(took).toBeLessThan(DRAIN + PATIENCE)

  const { returns } = await expectAllOnSecond(second, crowd, CLIENTS)
  const slots = Map.groupBy(returns, (time) => Math.floor(time / 100))
  const fullest = Math.max(...[...slots.values()].map(({ length }) => length))
  expect(fullest).toBeLessThan(CLIENTS / 4)
}, 60_000)

test('clients of a server that is killed go on with another one', async () => {
  const { first, second, crowd } = await startAll(CLIENTS / 5)
  first.process.kill('SIGKILL')
  await expectAllOnSecond(second, crowd, CLIENTS / 5)
}, 60_000)

test('a server without clients stops at once', async () => {
  const app = start('a')
  await app.port
  const told = Date.now()
  app.process.kill('SIGTERM')
  expect(await app.process.exited).toBe(0)
  expect(Date.now() - told).toBeLessThan(DRAIN)
}, 60_000)

test('a second signal ends a server that waits for a request', async () => {
  const app = start('a')
  const slow = fetch(`http://127.0.0.1:${await app.port}/slow`).then(
    () => 'answered',
    () => 'cut off',
  )
  await Bun.sleep(200)
  app.process.kill('SIGTERM')
  // A parent and a terminal both send the first one: only what comes later is a second one.
  await Bun.sleep(1000)
  expect(app.process.exitCode).toBeNull()
  const told = Date.now()
  app.process.kill('SIGTERM')
  expect(await app.process.exited).toBe(130)
  expect(Date.now() - told).toBeLessThan(PATIENCE / 2)
  expect(await slow).toBe('cut off')
}, 60_000)

/** What becomes of somebody who comes while a server is being stopped. */
async function newcomer(port: number | undefined): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/sse/ticks`)
    const said = await response.text()
    return /^retry: \d+\n\n$/.test(said) ? 'turned away' : said
  } catch {
    // Refused: an EventSource comes back from that.
    return 'turned away'
  }
}
