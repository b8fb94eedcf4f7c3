import { peakRss } from '../machine/peak.ts'
import { usageOf } from '../machine/usage.ts'
import { bare, nchan, rivulet } from '../peers/all.ts'
import { choosePeers, type Peer } from '../peers/peer.ts'
import type { Result } from '../report/result.ts'
import { ratioOf, spreadOf } from '../report/spread.ts'
import { settledRss } from './idle.ts'
import type { Effort } from './part.ts'
import { startTrial, stopTrial, tick, type Trial } from './trial.ts'

/** Events that everybody has missed. */
const MISSED = 100
/** Events before the first storm. */
const BEFORE = 5

interface Storm {
  readonly seconds: number
  /** Microseconds. */
  readonly cpu: number
  readonly faults: number
  /** MiB, afterwards and in between. */
  readonly growth: number
  readonly peak: number
}

/** Everybody comes back at once, with `Last-Event-ID`, and has missed a hundred events. */
export async function storm({ quick, connections, only }: Effort): Promise<readonly Result[]> {
  const count = connections ?? (quick ? 500 : 8000)
  const { present, notes } = choosePeers([bare, rivulet, nchan], only)
  const storms = new Map<Peer, Storm[]>(present.map((peer) => [peer, []]))
  const trials: Trial[] = []
  try {
    for (const peer of present) trials.push(await startTrial(peer, count))
    for (const trial of trials) {
      for (let warm = 0; warm < BEFORE; warm++) await tick(trial, 1)
      // Connections that come back without having missed anything need memory, too: not counted.
      for (let dry = 0; dry < 2; dry++) await reconnect(trial, count, BEFORE, 0)
    }
    for (let round = 0; round < (quick ? 2 : 4); round++) {
      for (const trial of trials) {
        const last = BEFORE + round * MISSED
        storms.get(trial.peer)?.push(await reconnect(trial, count, last, MISSED))
      }
    }
  } finally {
    for (const trial of trials) await stopTrial(trial)
  }
  const of = (peer: Peer, key: keyof Storm): number[] =>
    (storms.get(peer) ?? []).map((one) => one[key])
  const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0)
  return [
    {
      title: `storm: ${count} clients reconnect, each has missed ${MISSED} events`,
      rows: present.map((peer) => ({
        server: peer.name,
        seconds: spreadOf(of(peer, 'seconds')),
        'cpu s': spreadOf(of(peer, 'cpu').map((cpu) => cpu / 1e6)),
        'x bare': ratioOf(of(peer, 'cpu'), of(bare, 'cpu')),
        served: count * MISSED * of(peer, 'cpu').length,
        faults: sum(of(peer, 'faults')),
        'rss growth MiB': spreadOf(of(peer, 'growth')),
        'at its peak MiB': spreadOf(of(peer, 'peak')),
      })),
      budgets: [
        {
          what: 'events lost or out of order',
          got: sum(of(rivulet, 'faults')),
          limit: 0,
          kind: 'at most',
        },
        {
          what: 'MiB of RSS more after all storms than before them',
          got: sum(of(rivulet, 'growth')),
          limit: 8,
          kind: 'at most',
        },
      ],
      notes,
    },
  ]
}

async function reconnect(
  trial: Trial,
  count: number,
  last: number,
  missed: number,
): Promise<Storm> {
  const { server, load } = trial
  const { lastId = '' } = await load.take()
  const before = await settledRss(trial)
  await load.drop()
  await Bun.sleep(500)
  for (let left = missed; left > 0; left--) {
    await server.publish(1)
    await Bun.sleep(2)
  }
  await Bun.sleep(200)
  const { cpu } = usageOf(server.pid)
  const start = performance.now()
  let seconds = 0
  const peak = await peakRss(server.pid, async () => {
    await load.open(server.port, server.path, count, { headers: { 'Last-Event-ID': lastId }, last })
    await load.expect(missed)
    seconds = (performance.now() - start) / 1000
  })
  const used = usageOf(server.pid).cpu - cpu
  const { disorder, ended } = await load.take()
  const growth = ((await settledRss(trial)) - before) / 2 ** 20
  return { seconds, cpu: used, faults: disorder + ended, growth, peak: (peak - before) / 2 ** 20 }
}
