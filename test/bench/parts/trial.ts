import { Load } from '../load/load.ts'
import { usageOf } from '../machine/usage.ts'
import type { Peer, Server } from '../peers/peer.ts'

/** Milliseconds between two ticks: from when everybody has the last event to when the next is made. */
const GAP = 5

/** What one round of a trial says. */
export interface Round {
  /** Server processor time per delivered event, in microseconds. */
  readonly cpu: number
  readonly delivered: number
  /** From the making of an event to its arrival, in milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Events that did not follow the one before, and connections that broke. */
  readonly faults: number
}

/** One server with its clients. */
export interface Trial {
  readonly peer: Peer
  readonly server: Server
  readonly load: Load
}

/** Starts a server and opens connections to it. */
export async function startTrial(peer: Peer, connections: number): Promise<Trial> {
  const server = await peer.start()
  const load = new Load()
  try {
    if (connections > 0) await load.open(server.port, server.path, connections)
    return { peer, server, load }
  } catch (error) {
    await stopTrial({ peer, server, load })
    throw new Error(`${peer.name}: ${String(error)}`, { cause: error })
  }
}

export async function stopTrial({ server, load }: Trial): Promise<void> {
  await load.stop()
  await server.stop()
}

/** Publishes so many events in one tick, and waits until every connection has them. */
export async function tick({ server, load }: Trial, count: number, size?: number): Promise<void> {
  await server.publish(count, size)
  await load.expect(count)
  await Bun.sleep(GAP)
}

/**
 * One round: ticks of `burst` events, at least `ticks` of them, until the server has used `cpu`
 * microseconds. A tick follows when everybody has the one before, so that a slow server makes no
 * bursts of its own and a fast one is not measured while it waits.
 */
export async function runRound(
  trial: Trial,
  connections: number,
  { burst, ticks, cpu }: { burst: number; ticks: number; cpu: number },
): Promise<Round> {
  await trial.load.take()
  const before = usageOf(trial.server.pid).cpu
  let delivered = 0
  let used = 0
  for (let done = 0; done < ticks || used < cpu; done++) {
    await tick(trial, burst)
    delivered += burst * connections
    used = usageOf(trial.server.pid).cpu - before
  }
  const { latency, disorder, ended } = await trial.load.take()
  return {
    cpu: used / delivered,
    delivered,
    p50: latency.percentile(0.5) / 1000,
    p99: latency.percentile(0.99) / 1000,
    faults: disorder + ended,
  }
}
