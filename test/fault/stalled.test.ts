import { afterAll, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { eventually } from './eventually.ts'
import { AppProcess } from './app-process.ts'
import { Crowd } from './crowd.ts'

/** The real thing is `FAULT_CONNECTIONS=8000`. */
const CONNECTIONS = Number(process.env['FAULT_CONNECTIONS'] ?? 2000)
/** Those who stop reading and read again later, and as many who never do. */
const LATER = CONNECTIONS / 20
const READING = CONNECTIONS - 2 * LATER

/** Before anybody stops reading, and in each round after it. */
const TICKS = { before: 50, round: 2 }
/** Four large events each: more than the kernel takes for a socket that nobody reads (4 MiB). */
const ROUNDS = 40
const ALL = TICKS.before + ROUNDS * TICKS.round

const MIB = 2 ** 20
/** What one chunk has at most, and as much as all share: windows, logs and garbage. */
const BOUND = { each: 96 * 1024, shared: 48 * MIB }

const app = new AppProcess('short idle timer', {
  heartbeat: 500,
  stallTimeout: 1500,
  retry: 300,
})
const crowd = new Crowd()
afterAll(() => Promise.all([app.kill(), crowd.kill()]))

test(`of ${CONNECTIONS} clients a tenth stops reading: the others miss nothing, memory stays, and who reads again goes on where it was`, async () => {
  const ports = [await app.port]
  const open = (group: string, count: number, topics: readonly string[]) =>
    crowd.ask({ type: 'open', ports, topics, count, group, follow: true })
  await open('reading', READING, ['ticks'])
  await open('later', LATER, ['ticks', 'heavy'])
  await open('never', LATER, ['ticks', 'heavy'])
  await app.publish('ticks', TICKS.before)
  for (const group of ['reading', 'later', 'never']) await everybodyHas(group, TICKS.before)
  const before = await app.state()
  const sockets = openFiles()

  for (const group of ['later', 'never']) crowd.tell({ type: 'pause', group })
  for (let round = 0; round < ROUNDS; round++) {
    await app.publish('heavy', 4, 32_000)
    await app.publish('ticks', TICKS.round)
  }
  await everybodyHas('reading', ALL)
  const full = await app.state()
  expect(full.rss).toBeLessThan(before.rss + 2 * LATER * BOUND.each + BOUND.shared)

  await eventually('the stalled are cut off', async () => (await app.state()).stalled === 2 * LATER)
  expect((await app.state()).connections).toBe(READING)
  crowd.tell({ type: 'resume', group: 'later' })
  await everybodyHas('later', ALL)
  const { topics } = await crowd.report('later')
  // The large ones are beyond the log by now, and each client is told so.
  expect(topics['heavy']).toMatchObject({ resets: LATER, faults: 0 })

  await eventually(
    'the sockets of those who never read are dropped',
    () => openFiles() <= sockets - LATER,
  )
  const after = await app.state()
  expect(after.rss).toBeLessThan(before.rss + BOUND.shared)
  const { connected, returns, topics: heard } = await crowd.report('reading')
  expect([connected, returns]).toEqual([READING, []])
  expect(heard['ticks']).toMatchObject({ events: READING * ALL, faults: 0, resets: 0 })
  if (process.env['FAULT_CONNECTIONS'] !== undefined)
    console.log([before, full, after].map(({ rss }) => `${Math.round(rss / MIB)} MiB`))
}, 120_000)

/** Waits until each client of a group has had so many ticks, each once and in order. */
async function everybodyHas(group: string, ticks: number): Promise<void> {
  const { clients, topics } = await crowd.until(
    group,
    `${ticks} ticks for everybody`,
    (report) => report.topics['ticks']?.newest[`a:${ticks}`] === report.clients,
    30_000,
  )
  expect(topics['ticks']).toMatchObject({ events: clients * ticks, faults: 0, resets: 0 })
}

function openFiles(): number {
  return readdirSync(`/proc/${app.process.pid}/fd`).length
}
