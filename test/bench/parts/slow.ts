import { readFileSync } from 'node:fs'
import { bare, rivulet } from '../peers/all.ts'
import { choosePeers, type Peer } from '../peers/peer.ts'
import type { Result } from '../report/result.ts'
import { ratioOf, spreadOf } from '../report/spread.ts'
import { settledRss } from './idle.ts'
import type { Effort } from './part.ts'
import { type Round, runRound, startTrial, stopTrial, tick, type Trial } from './trial.ts'

/** Bytes of the events that fill the stalled sockets up. */
const LARGE = 64 * 1024

interface Watched {
  readonly trial: Trial
  readonly stalled: number
  readonly rounds: Round[]
  /** What the filling took, settled, in bytes. */
  readonly filling: number
  /** Settled memory before the rounds and after them, in bytes. */
  readonly before: number
  after: number
}

/** A tenth of the connections never reads: what do the others and the memory notice? */
export async function slow({ quick, connections, only }: Effort): Promise<readonly Result[]> {
  const count = connections ?? (quick ? 200 : 1000)
  const { present, notes } = choosePeers([bare, rivulet], only)
  const cpu = quick ? 50_000 : 400_000
  const watched: Watched[] = []
  try {
    for (const peer of present) {
      for (const stalled of [0, count / 10]) watched.push(await watch(peer, count, stalled))
    }
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      for (const { trial, stalled, rounds } of watched) {
        rounds.push(await runRound(trial, count - stalled, { burst: 1, ticks: 5, cpu }))
      }
    }
    for (const one of watched) one.after = await settledRss(one.trial)
    return [
      {
        title: `slow: ${count} connections, a tenth of them stalled`,
        rows: watched.map((one) => row(one, watched)),
        notes,
      },
    ]
  } finally {
    for (const { trial } of watched) await stopTrial(trial)
  }
}

/** The others come when the stalled sockets are full, so that they need not read all that as well. */
async function watch(peer: Peer, count: number, stalled: number): Promise<Watched> {
  const trial = await startTrial(peer, 1)
  const { server, load } = trial
  if (stalled > 0) await load.open(server.port, server.path, stalled, { stalled: true })
  for (let warm = 0; warm < 20; warm++) await tick(trial, 1)
  const empty = await settledRss(trial)
  for (let sent = 0; sent < 1.5 * kernelBuffers(); sent += LARGE) await tick(trial, 1, LARGE)
  const filling = (await settledRss(trial)) - empty
  await load.open(server.port, server.path, count - stalled - 1)
  await runRound(trial, count - stalled, { burst: 1, ticks: 50, cpu: 0 })
  const before = await settledRss(trial)
  return { trial, stalled, rounds: [], filling, before, after: before }
}

/** Bytes that the kernel takes at most for a socket that nobody reads. */
function kernelBuffers(): number {
  const most = (name: string): number =>
    Number(readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim().split(/\s+/)[2])
  return most('tcp_wmem') + Math.min(most('tcp_rmem'), 2 ** 20)
}

function row({ trial, stalled, rounds, filling, before, after }: Watched, all: readonly Watched[]) {
  const free = all.find((one) => one.trial.peer === trial.peer && one.stalled === 0)?.rounds ?? []
  const of = (key: keyof Round, list: readonly Round[] = rounds): number[] =>
    list.map((round) => round[key])
  const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0)
  return {
    server: trial.peer.name,
    stalled,
    'cpu us/event': spreadOf(of('cpu')),
    'p50 ms': spreadOf(of('p50')),
    'x none stalled': ratioOf(of('p50'), of('p50', free)),
    'p99 ms': spreadOf(of('p99')),
    delivered: sum(of('delivered')),
    faults: sum(of('faults')),
    'filling MiB': filling / 2 ** 20,
    'rss growth MiB': (after - before) / 2 ** 20,
  }
}
