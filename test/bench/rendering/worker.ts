/** A process of its own for one renderer: `bun worker.ts rivulet.tsx`. */

interface Renderer {
  readonly render: () => string | Promise<string>
}

/** What the bench asks for: the page, or how much processor time it costs. */
export type Order =
  { readonly type: 'page' } | { readonly type: 'run'; readonly milliseconds: number }
/** `cpu` is in microseconds per page. */
export type Answer = { readonly page: string } | { readonly cpu: number; readonly pages: number }

const { render } = (await import(`./${process.argv[2]}`)) as Renderer

async function run(milliseconds: number): Promise<Answer> {
  const before = process.cpuUsage()
  const end = performance.now() + milliseconds
  let pages = 0
  for (; performance.now() < end; pages++) {
    const page = render()
    if (typeof page !== 'string') await page
  }
  const { user, system } = process.cpuUsage(before)
  return { cpu: (user + system) / pages, pages }
}

async function answer(order: Order): Promise<void> {
  process.send?.(order.type === 'page' ? { page: await render() } : await run(order.milliseconds))
}

process.on('message', (order: Order) => void answer(order))
process.on('disconnect', () => process.exit())
process.send?.('ready')
