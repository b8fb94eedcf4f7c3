import { all, bare } from '../peers/all.ts'
import { choosePeers, type Peer } from '../peers/peer.ts'
import type { Budget, Result } from '../report/result.ts'
import { ratioOf, spreadOf } from '../report/spread.ts'
import type { Effort } from './part.ts'
import { type Round, runRound, startTrial, stopTrial, type Trial } from './trial.ts'

const SINGLE = 'one event per tick'
const BURST = 'ten events per tick'

/** One topic, many connections: what a delivered event costs the server. */
export async function fanout(effort: Effort): Promise<readonly Result[]> {
  const results: Result[] = []
  const sizes = effort.quick ? [200] : [1000, 8000]
  for (const connections of effort.connections ? [effort.connections] : sizes) {
    results.push(...(await compare(connections, effort)))
  }
  return results
}

async function compare(connections: number, { quick, only }: Effort): Promise<Result[]> {
  const { present, notes } = choosePeers(all, only)
  const cpu = quick ? 50_000 : 400_000
  const trials: Trial[] = []
  try {
    for (const peer of present) trials.push(await startTrial(peer, connections))
    for (const trial of trials) {
      await runRound(trial, connections, { burst: 1, ticks: 20, cpu })
      await runRound(trial, connections, { burst: 10, ticks: 5, cpu: 0 })
    }
    const rounds = { [SINGLE]: new Rounds(), [BURST]: new Rounds() }
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      // A server that is measured after a greedy one is not always the same.
      const order = trials.map((_, index) => trials[(index + round) % trials.length]!)
      for (const trial of order) {
        const single = await runRound(trial, connections, { burst: 1, ticks: 5, cpu })
        rounds[SINGLE].add(trial.peer, single)
        const burst = await runRound(trial, connections, { burst: 10, ticks: 3, cpu })
        rounds[BURST].add(trial.peer, burst)
      }
    }
    return Object.entries(rounds).map(([kind, measured]) => ({
      title: `fanout: ${connections} connections, ${kind}`,
      rows: present.map((peer) => measured.row(peer)),
      budgets: budgets(kind, measured),
      notes,
    }))
  } finally {
    for (const trial of trials) await stopTrial(trial)
  }
}

class Rounds {
  readonly #rounds = new Map<string, Round[]>()

  add({ name }: Peer, round: Round): void {
    this.#rounds.set(name, [...(this.#rounds.get(name) ?? []), round])
  }

  row(peer: Peer): Result['rows'][number] {
    const rounds = this.#rounds.get(peer.name) ?? []
    const sum = (key: 'delivered' | 'faults'): number =>
      rounds.reduce((total, round) => total + round[key], 0)
    return {
      server: peer.name,
      'cpu us/event': spreadOf(this.#cpu(peer.name)),
      'x bare': ratioOf(this.#cpu(peer.name), this.#cpu(bare.name)),
      'p50 ms': spreadOf(rounds.map(({ p50 }) => p50)).median,
      'p99 ms': spreadOf(rounds.map(({ p99 }) => p99)).median,
      delivered: sum('delivered'),
      faults: sum('faults'),
    }
  }

  /** The median of Rivulet's ratios to a peer; `undefined` when that one did not run. */
  against(name: string): number | undefined {
    const base = this.#cpu(name)
    return base.length === 0 ? undefined : ratioOf(this.#cpu('rivulet'), base).median
  }

  #cpu(name: string): number[] {
    return (this.#rounds.get(name) ?? []).map((round) => round.cpu)
  }
}

function budgets(kind: string, rounds: Rounds): Budget[] {
  if (kind === BURST) {
    const ratio = rounds.against(bare.name) ?? Number.NaN
    const what = 'how many times cheaper than the bare loop'
    return [{ what, got: 1 / ratio, limit: 4, kind: 'at least' }]
  }
  const limits = { bare: 1.1, nchan: 0.6, fastapi: 0.25 }
  return Object.entries(limits).flatMap(([name, limit]) => {
    const got = rounds.against(name)
    if (got === undefined) return []
    return [{ what: `cost against ${name}`, got, limit, kind: 'at most' as const }]
  })
}
