import { afterEach, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { eventually } from '../create/eventually.ts'
import { fixture } from '../fixture.ts'

const cli = join(resolve(import.meta.dir, '../..'), 'src/cli/rivulet.ts')

const APP = {
  'pages/pid.tsx': 'export default () => <p>{process.pid}</p>',
  'pages/index.tsx': `import { action } from 'rivulet'
import News from '../streams/news.tsx'
export const POST = action({ body: {} }, async () => { await News.publish('line', {}) })
export default () => <News />`,
  'streams/news.tsx': `import { append, def, stream } from 'rivulet'
export default stream({ events: { line: append(def({}, () => <b>news</b>)) } })`,
}

interface Running {
  readonly child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  /** Everything that it has written so far. */
  output: string
}

const running = new Set<Running>()
afterEach(async () => {
  for (const { child } of running) child.kill('SIGTERM')
  await Promise.all([...running].map(({ child }) => child.exited))
  running.clear()
})

async function start(words: string, broker?: string): Promise<Running> {
  const child = Bun.spawn([process.execPath, cli, 'start', ...words.split(' ')], {
    cwd: await fixture(APP),
    env: { ...process.env, NODE_ENV: undefined, PORT: '0', NO_COLOR: '1', BROKER_URL: broker },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const one: Running = { child, output: '' }
  running.add(one)
  for (const stream of [child.stdout, child.stderr]) void collect(one, stream)
  return one
}

async function collect(one: Running, stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const part of stream) one.output += new TextDecoder().decode(part)
}

async function origin(one: Running): Promise<string> {
  const listening = /^Listening on (http:\/\/localhost:\d+) with \d workers$/m
  return eventually('the start', () => listening.exec(one.output)?.[1], 20_000)
}

/** The processes that answer, by asking on many connections. */
async function processes(url: string): Promise<Set<number>> {
  const asked = Array.from({ length: 40 }, async () => {
    const response = await fetch(`${url}/pid`, { headers: { connection: 'close' } })
    return Number(/\d+/.exec(await response.text())?.[0])
  })
  return new Set(await Promise.all(asked))
}

/** Listens until the text has come. */
async function hears(url: string, text: string): Promise<void> {
  const response = await fetch(`${url}/sse/news`, { headers: { connection: 'close' } })
  const decoder = new TextDecoder()
  let heard = ''
  for await (const part of response.body ?? []) {
    heard += decoder.decode(part)
    if (heard.includes(text)) return
  }
  throw new Error(`The stream ended after ${heard}`)
}

test('several workers serve one port, hear each other, and are replaced when they die', async () => {
  const one = await start('--workers 3', `sqlite://${await fixture()}/events.db`)
  const url = await origin(one)
  const pids = await processes(url)
  expect(pids.size).toBe(3)
  const listeners = Array.from({ length: 12 }, () => hears(url, 'news'))
  await Bun.sleep(200)
  await fetch(url, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(),
  })
  await Promise.all(listeners)

  const [victim = 0] = pids
  process.kill(victim, 'SIGKILL')
  await eventually('another one', async () => {
    const now = await processes(url).catch(() => new Set<number>())
    return now.size === 3 && !now.has(victim)
  })
  expect(one.output).toContain('A worker died with signal SIGKILL; another one starts in 250 ms.')

  const last = await processes(url)
  one.child.kill('SIGTERM')
  expect(await one.child.exited).toBe(0)
  for (const pid of last) expect(() => process.kill(pid, 0)).toThrow()
}, 60_000)

test('workers end with the one that started them, however it ends', async () => {
  const one = await start('--workers 2', `sqlite://${await fixture()}/events.db`)
  const pids = await processes(await origin(one))
  one.child.kill('SIGKILL')
  await one.child.exited
  for (const pid of pids)
    await eventually(`the end of ${pid}`, () => {
      try {
        return !process.kill(pid, 0)
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ESRCH'
      }
    })
}, 60_000)

test('without a broker that they share there are no workers', async () => {
  const one = await start('--workers 2')
  expect(await one.child.exited).toBe(1)
  await eventually('the reason', () =>
    one.output.includes('A worker could not start: exit code 1.'),
  )
  expect(one.output).toContain(`Several workers need a broker that they share.

Expected: BROKER_URL=sqlite:events.db for one machine, or redis://, nats:// or kafka:// for more
Got: logs in the memory of each process, which the others do not hear`)
}, 30_000)

test.each(['0', 'two', '-1', '1000'])('%j is no number of workers', async (count) => {
  const one = await start(`--workers=${count}`)
  expect(await one.child.exited).toBe(1)
  await eventually('the reason', () => one.output.includes('This is no number of workers.'))
})
