import { usageOf } from '../machine/usage.ts'
import { rivulet } from '../peers/all.ts'
import { bunPeer, type Server } from '../peers/peer.ts'
import type { Result } from '../report/result.ts'
import { ratioOf, spreadOf } from '../report/spread.ts'
import type { Effort } from './part.ts'

/** Requests under way at the same time. */
const AT_ONCE = 16

const elysia = bunPeer('elysia', `${import.meta.dir}/../peers/elysia-pages.tsx`)

/** What a page costs beyond a bare Elysia route that renders the same JSX. */
export async function pages(effort: Effort): Promise<readonly Result[]> {
  const servers: Server[] = []
  try {
    const bare = await elysia.start()
    servers.push(bare)
    const ours = await rivulet.start()
    servers.push(ours)
    const results: Result[] = []
    for (const path of ['/hundred', '/one']) results.push(await compare(path, bare, ours, effort))
    return results
  } finally {
    for (const server of servers) await server.stop()
  }
}

async function compare(path: string, bare: Server, ours: Server, { quick }: Effort) {
  const cpu = { bare: [] as number[], ours: [] as number[] }
  if ((await body(bare, path)) !== (await body(ours, path)))
    throw new Error(`The two servers answer ${path} differently.`)
  for (const server of [bare, ours]) await requests(server, path, 2_000_000)
  for (let round = 0; round < (quick ? 2 : 11); round++) {
    cpu.bare.push(await requests(bare, path, quick ? 100_000 : 500_000))
    cpu.ours.push(await requests(ours, path, quick ? 100_000 : 500_000))
  }
  const ratio = ratioOf(cpu.ours, cpu.bare)
  const what = 'cost of a page against the bare route'
  return {
    title: `pages: GET ${path}`,
    rows: [
      { server: 'elysia route', 'cpu us/request': spreadOf(cpu.bare), 'x elysia': 1 },
      { server: 'rivulet page', 'cpu us/request': spreadOf(cpu.ours), 'x elysia': ratio },
    ],
    budgets: [{ what, got: ratio.median, limit: 1.2, kind: 'at most' as const }],
  }
}

/** Sends requests until the server has used so many microseconds; returns those of one request. */
async function requests(server: Server, path: string, cpu: number): Promise<number> {
  const before = usageOf(server.pid).cpu
  let done = 0
  let used = 0
  while (used < cpu) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let left = 10; left > 0; left--) await body(server, path)
      }),
    )
    done += AT_ONCE * 10
    used = usageOf(server.pid).cpu - before
  }
  return used / done
}

async function body({ port }: Server, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`)
  return response.text()
}
