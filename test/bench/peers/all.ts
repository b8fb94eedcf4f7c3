import { nchan } from './nchan.ts'
import { bunPeer, type Peer, programPeer } from './peer.ts'

const here = import.meta.dir

/** Rivulet as it is in this repository. */
export const rivulet = bunPeer('rivulet', `${here}/rivulet.ts`)

/** What everything is measured against: a bare loop of `enqueue` on Bun. */
export const bare = bunPeer('bare', `${here}/bare.ts`)

const elysia = bunPeer('elysia', `${here}/elysia.ts`)

const betterSse = programPeer(
  'better-sse',
  ['node', '--expose-gc', `${here}/better-sse.mjs`],
  () => (Bun.which('node') === null ? 'node' : undefined),
)

/** Debian's packages belong to Debian's Python, which need not be the first one on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) =>
    Bun.which(command) !== null &&
    Bun.spawnSync([command, '-c', 'import fastapi, uvicorn'], { stderr: 'ignore' }).success,
)
const fastapi = programPeer('fastapi', [python ?? 'python3', `${here}/broadcaster.py`], () =>
  python === undefined ? 'python3-fastapi and python3-uvicorn' : undefined,
)

export { nchan }

/** Every server that fans events out. */
export const all: readonly Peer[] = [bare, rivulet, elysia, betterSse, nchan, fastapi]
