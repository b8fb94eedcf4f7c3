import { usageOf } from '../machine/usage.ts'
import { bare, nchan, rivulet } from '../peers/all.ts'
import { choosePeers, type Peer } from '../peers/peer.ts'
import type { Result } from '../report/result.ts'
import { spreadOf } from '../report/spread.ts'
import type { Effort } from './part.ts'
import { startTrial, stopTrial, tick } from './trial.ts'

/** Connections that are there first, so that code and heap have their size. */
const WARM = 500

/** What an idle connection costs in memory. */
export async function idle({ quick, connections, only }: Effort): Promise<readonly Result[]> {
  const count = connections ?? (quick ? 1000 : 8000)
  const { present, notes } = choosePeers([bare, rivulet, nchan], only)
  const measured = new Map<Peer, number[]>(present.map((peer) => [peer, []]))
  // Memory is not given back, so every round needs a server of its own.
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [peer, sizes] of measured) sizes.push(await measure(peer, count))
  }
  const got = spreadOf(measured.get(rivulet) ?? []).median
  return [
    {
      title: `idle: ${count} connections`,
      rows: present.map((peer) => ({
        server: peer.name,
        'KiB/connection': spreadOf(measured.get(peer) ?? []),
      })),
      budgets: [{ what: 'KiB of RSS per idle connection', got, limit: 7, kind: 'at most' }],
      notes,
    },
  ]
}

async function measure(peer: Peer, count: number): Promise<number> {
  const trial = await startTrial(peer, WARM)
  const { server, load } = trial
  try {
    for (let warm = 0; warm < 20; warm++) await tick(trial, 1)
    const before = await settledRss(trial)
    await load.open(server.port, server.path, count)
    return ((await settledRss(trial)) - before) / count / 1024
  } finally {
    await stopTrial(trial)
  }
}

/** Resident memory after the garbage is gone. */
export async function settledRss({
  server,
}: {
  server: { pid: number; collect(): Promise<void> }
}) {
  for (let turn = 0; turn < 3; turn++) {
    await server.collect()
    await Bun.sleep(500)
  }
  return usageOf(server.pid).rss
}
