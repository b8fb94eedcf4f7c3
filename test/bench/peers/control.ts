import { readHeap } from '../machine/heap.ts'
import { TICK, tickText } from '../load/tick.ts'

/**
 * Answers what the bench asks of a server besides events: `POST /publish?count=&size=` and
 * `POST /collect`. Events are published from a timer, outside of the request, all in one tick.
 */
export function createControl(
  publish: (seq: number, text: string) => void,
): (request: Request) => Response {
  let seq = 0
  return (request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/collect') return Response.json(readHeap())
    if (pathname === '/publish') {
      const size = Number(searchParams.get('size') ?? TICK)
      let left = Number(searchParams.get('count') ?? 1)
      setTimeout(() => {
        for (; left > 0; left--) publish(++seq, tickText(seq, size))
      }, 1)
    }
    return new Response('ok')
  }
}

/** Tells the bench where this server listens, and ends it when the bench says so. */
export function announce(port: number | undefined): void {
  console.log(`listening ${port}`)
  process.on('SIGTERM', () => process.exit(0))
}
