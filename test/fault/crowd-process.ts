/** A process of its own that holds the clients of a fault test. */
import type { CrowdOrder, Report, TopicReport } from './message.ts'
import { Visitor } from './visitor.ts'

/** Connections that are being opened at the same time: fewer than any server's backlog. */
const AT_ONCE = 100

const groups = new Map<string, Visitor[]>()

async function open({ group, count, ...options }: CrowdOrder & { type: 'open' }): Promise<void> {
  const visitors = groups.get(group) ?? []
  groups.set(group, visitors)
  let left = count
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const visitor = new Visitor(options)
      visitors.push(visitor)
      await visitor.connect()
      await visitor.ready
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

function report(visitors: readonly Visitor[]): Report {
  const topics: Record<string, { -readonly [Key in keyof TopicReport]: TopicReport[Key] }> = {}
  for (const [topic, { events, resets, faults, newest = 'any' }] of visitors.flatMap((visitor) => [
    ...visitor.heard,
  ])) {
    const sum = (topics[topic] ??= { events: 0, resets: 0, faults: 0, newest: {} })
    sum.events += events
    sum.resets += resets
    sum.faults += faults
    sum.newest = { ...sum.newest, [newest]: (sum.newest[newest] ?? 0) + 1 }
  }
  return {
    type: 'report',
    clients: visitors.length,
    connected: visitors.filter(({ isConnected }) => isConnected).length,
    returns: visitors.flatMap(({ returns }) => returns),
    refused: visitors.reduce((sum, { refused }) => sum + refused, 0),
    topics,
  }
}

process.on('message', (order: CrowdOrder) => {
  const visitors = groups.get(order.group) ?? []
  if (order.type === 'report') process.send?.(report(visitors))
  else if (order.type === 'open')
    open(order).then(
      () => process.send?.({ type: 'opened' }),
      (error: unknown) => process.send?.({ type: 'failed', reason: String(error) }),
    )
  else for (const visitor of visitors) visitor[order.type]()
})
process.on('disconnect', () => process.exit())
