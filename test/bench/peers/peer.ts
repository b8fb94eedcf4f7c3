import { type Child, firstLine, startChild } from '../machine/child.ts'

/** A server under measurement. */
export interface Server {
  readonly pid: number
  readonly port: number
  readonly path: string
  /** Publishes events in one tick; they are on their way when it resolves. */
  publish(count: number, size?: number): Promise<void>
  /** Collects garbage, where there is any. */
  collect(): Promise<void>
  stop(): Promise<void>
}

/** One of those that are compared. */
export interface Peer {
  readonly name: string
  /** What has to be installed for it and is not; `undefined` when it can run. */
  missing(): string | undefined
  start(): Promise<Server>
}

/** The peers that can run here, and a note on each that cannot. */
export function choosePeers(
  peers: readonly Peer[],
  only?: readonly string[],
): { present: readonly Peer[]; notes: readonly string[] } {
  const wanted = peers.filter(({ name }) => only?.includes(name) ?? true)
  return {
    present: wanted.filter((peer) => peer.missing() === undefined),
    notes: wanted.flatMap((peer) => {
      const missing = peer.missing()
      return missing === undefined ? [] : [`${peer.name} is left out: ${missing} is not installed`]
    }),
  }
}

/** A peer that is a program which prints `listening <port>` and answers `/publish`. */
export function programPeer(
  name: string,
  command: readonly string[],
  missing: () => string | undefined = () => undefined,
): Peer {
  return {
    name,
    missing,
    async start(): Promise<Server> {
      const child = startChild(command)
      const port = Number(/^listening (\d+)$/.exec(await firstLine(child))?.[1])
      return { ...httpServer(child, port), path: '/sse/ticks' }
    },
  }
}

/** A program peer that runs under this Bun, profiled if `BENCH_PROFILE` names a folder. */
export function bunPeer(name: string, file: string): Peer {
  const folder = process.env['BENCH_PROFILE']
  const flags = folder ? ['--cpu-prof', '--cpu-prof-md', `--cpu-prof-dir=${folder}/${name}`] : []
  return programPeer(name, [process.execPath, ...flags, file])
}

function httpServer(child: Child, port: number): Omit<Server, 'path'> {
  const post = async (path: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}`)
  }
  return {
    pid: child.pid,
    port,
    publish: (count, size) =>
      post(`/publish?count=${count}${size === undefined ? '' : `&size=${size}`}`),
    collect: () => post('/collect'),
    stop: () => child.stop(),
  }
}
