import { afterAll, expect } from 'bun:test'
import { resolve } from 'node:path'
import { rivulet, runningApps } from '../../src/server/app.ts'
import { requires } from '../run/requires.ts'

const app = rivulet({ root: resolve(import.meta.dir, '../..') })
await Promise.all(runningApps().map(({ ready }) => ready))
await app.modules
app.listen({ port: 0, hostname: '127.0.0.1' })
const origin = `http://127.0.0.1:${app.server?.port}`
afterAll(() => app.stop(true))

/** Says something in a room, as a form does. */
async function say(room: string, text: string): Promise<void> {
  const body = new URLSearchParams({ author: 'Ada', text })
  const response = await fetch(`${origin}/chat/${room}`, {
    method: 'POST',
    body,
    redirect: 'manual',
  })
  expect(response.status).toBe(303)
}

interface Event {
  readonly event: string
  readonly id: string
  readonly data: string
}

/** Runs a client that prints "open", then so many events. */
async function follow(
  command: readonly string[],
  room: string,
  count: number,
  lastEventId: string | undefined,
  opened: () => Promise<void>,
): Promise<Event[]> {
  const child = Bun.spawn(
    [...command, `${origin}/sse/rooms/${room}`, `${count}`, ...(lastEventId ? [lastEventId] : [])],
    { stderr: 'pipe', timeout: 20_000 },
  )
  const events: Event[] = []
  let rest = ''
  const decoder = new TextDecoder()
  for await (const part of child.stdout) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === 'open') await opened()
      else events.push(JSON.parse(line) as Event)
    }
    if (events.length === count) break
  }
  child.kill()
  if (events.length < count) throw new Error(await new Response(child.stderr).text())
  return events
}

const clients = {
  python3: ['python3', `${import.meta.dir}/foreign/follow.py`],
  curl: ['sh', `${import.meta.dir}/foreign/follow.sh`],
} as const

for (const name of ['python3', 'curl'] as const) {
  requires(name).test(
    `${name} alone follows a room, and goes on after a break where it was`,
    async () => {
      const room = `lobby-${name}`
      const texts = (events: readonly Event[]) =>
        events.map(({ event, data }) => `${event} ${/<p>(.*)<\/p>/.exec(data)?.[1]}`)
      const first = await follow(clients[name], room, 2, undefined, async () => {
        await say(room, 'one')
        await say(room, 'two')
      })
      expect(texts(first)).toEqual(['message one', 'message two'])
      await say(room, 'three')
      await say(room, 'four')
      const second = await follow(clients[name], room, 3, first.at(-1)?.id, () => say(room, 'five'))
      expect(texts(second)).toEqual(['message three', 'message four', 'message five'])
      expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(5)
    },
  )
}
