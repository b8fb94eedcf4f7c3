import { afterAll, beforeAll, expect } from 'bun:test'
import { resolve } from 'node:path'
import { type RunningServer, startServer } from '../browser/server.ts'
import { eventually } from '../create/eventually.ts'
import { fixture } from '../fixture.ts'
import { requires } from '../run/requires.ts'
import { type Nginx, startNginx } from './nginx.ts'

const { test } = requires('nginx', 'curl')

const root = await fixture({
  'streams/news.tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)
export default stream({ events: { line: append(Line) } })`,
  'app.ts': `import { rivulet } from 'rivulet'
export default rivulet({
  broker: 'sqlite://${await fixture()}/events.db',
  heartbeat: 600,
  trustedProxy: {},
  limits: { perAddress: 6 },
  publishToken: 'a token of the tests',
})`,
})

let nginx: Nginx
const servers: RunningServer[] = []

beforeAll(async () => {
  const readme = await Bun.file(resolve(import.meta.dir, '../../README.md')).text()
  const block = /^```nginx\n(.*?)^```$/ms.exec(readme)?.[1]
  if (block === undefined) throw new Error('README.md has no configuration of nginx.')
  servers.push(await startServer({ root }), await startServer({ root }))
  nginx = await startNginx(
    block,
    servers.map(({ port }) => port),
  )
})

afterAll(async () => {
  await nginx?.stop()
  for (const server of servers) await server.stop()
})

/** What curl has been given so far. */
interface Listening {
  text: string
  readonly child: Bun.Subprocess
}

function listen(...options: string[]): Listening {
  const child = Bun.spawn(
    ['curl', '-skN', '-i', ...options, `https://127.0.0.1:${nginx.port}/sse/news`],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const listening: Listening = { text: '', child }
  void (async () => {
    for await (const part of child.stdout) listening.text += new TextDecoder().decode(part)
  })()
  return listening
}

async function publish(text: string): Promise<void> {
  const response = await fetch(`https://127.0.0.1:${nginx.port}/sse/news`, {
    method: 'POST',
    headers: { authorization: 'Bearer a token of the tests' },
    body: JSON.stringify({ event: 'line', props: { text } }),
    tls: { rejectUnauthorized: false },
  })
  expect(response.status).toBe(200)
}

const has = (what: Listening, text: string) => eventually(text, () => what.text.includes(text))

test('events come at once, neither held back nor compressed, over HTTP/2 and HTTP/1.1', async () => {
  const both = [listen('--http2', '--compressed'), listen('--http1.1', '--compressed')]
  for (const one of both) await has(one, 'id: ')
  await publish('first')
  for (const one of both) await has(one, 'data: <p>first</p>')
  expect(both[0]?.text).toStartWith('HTTP/2 200')
  expect(both[1]?.text).toStartWith('HTTP/1.1 200')
  for (const one of both) {
    expect(one.text.toLowerCase()).not.toContain('content-encoding')
    one.child.kill()
  }
})

test('a quiet stream outlives the read timeout, by its heartbeats', async () => {
  const one = listen('--http2')
  await eventually('seven heartbeats', () => one.text.split('\n:\n').length > 7, 20_000)
  expect(one.child.exitCode).toBeNull()
  one.child.kill()
})

test('the address that is limited is the one that nginx saw, whatever a client says', async () => {
  const all = ['1.2.3.4', '5.6.7.8', '9.9.9.9, 8.8.8.8'].map((address) =>
    Array.from({ length: 6 }, () => listen('--http2', '-H', `x-forwarded-for: ${address}`)),
  )
  // Each process has a limit of its own, of six.
  await eventually('their answers', () =>
    all.flat().every(({ text }) => /\n(id|retry): /.test(text)),
  )
  const admitted = all.flat().filter(({ text }) => text.includes('\nid: '))
  expect(admitted.length).toBeLessThanOrEqual(12)
  for (const { child } of all.flat()) child.kill()
})

test('when a process dies its clients go on at another, and have missed nothing', async () => {
  const clients = [listen('--http2'), listen('--http2'), listen('--http1.1'), listen('--http1.1')]
  for (const one of clients) await has(one, 'id: ')
  await publish('before')
  for (const one of clients) await has(one, 'data: <p>before</p>')
  const [dying] = servers
  await dying?.stop()
  const cut = clients.filter(({ child }) => child.exitCode !== null)
  await eventually('the end of some', () => clients.some(({ child }) => child.exitCode !== null))
  await publish('meanwhile')
  for (const { text } of cut) {
    const id = [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1]?.trim()
    const back = listen('--http2', '-H', `last-event-id: ${id}`)
    await has(back, 'data: <p>meanwhile</p>')
    expect(back.text).not.toContain('before')
    expect(back.text).not.toContain('reset')
    back.child.kill()
  }
  for (const { child } of clients) child.kill()
}, 30_000)
