import { resolve } from 'node:path'
import { eventually } from '../create/eventually.ts'
import { fixture } from '../fixture.ts'

const CLI = resolve(import.meta.dir, '../../src/cli/rivulet.ts')

/** What other programs show when they publish. */
export const TOKEN = 'a token of the tests'

/** A room that anybody listens to, and a page that shows it. */
export function roomApp(): Promise<string> {
  return fixture({
    'streams/rooms/[room].tsx': `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
const Line = def({ text: z.string() }, ({ text }) => <p class="line">{text}</p>)
export default stream({
  params: { room: z.string() },
  events: { line: append(Line) },
  history: { events: 5000, bytes: 8 * 1024 * 1024 },
})`,
    'pages/_layout.tsx': `import { doctype, Head, type LayoutProps } from 'rivulet'
export default ({ children }: LayoutProps) => (
  <>{doctype}<html lang="en"><Head /><body>{children}</body></html></>
)`,
    'pages/rooms/[room].tsx': `import { page } from 'rivulet'
import { z } from 'zod'
import Room from '../../streams/rooms/[room].tsx'
export default page({ params: { room: z.string() } }, ({ params }) => <Room room={params.room} />)`,
    'app.ts': `import { rivulet } from 'rivulet'
export default rivulet({ publishToken: ${JSON.stringify(TOKEN)}, retry: 300 })`,
  })
}

/** One of several processes that serve an app. */
export interface Instance {
  readonly url: string
  /** All it has printed so far. */
  readonly output: () => string
  /** Ends it at once, as kill -9 does. */
  readonly kill: () => Promise<void>
}

/** Starts a process that serves an app with a broker. */
export async function startInstance(root: string, broker: string): Promise<Instance> {
  const child = Bun.spawn([process.execPath, CLI, 'start'], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: undefined,
      NO_COLOR: '1',
      HOST: '127.0.0.1',
      PORT: '0',
      BROKER_URL: broker,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const part of stream) output += new TextDecoder().decode(part)
  }
  void Promise.all([read(child.stdout), read(child.stderr)])
  const url = await eventually('an instance', () => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`)
    return /^Listening on (http:\S+)/m.exec(output)?.[1]
  })
  return {
    url,
    output: () => output,
    async kill() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** Publishes a line to a room by one of the instances; throws when that refuses. */
export async function publishLine(url: string, room: string, text: string): Promise<void> {
  const response = await fetch(`${url}/sse/rooms/${room}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ event: 'line', props: { text } }),
  })
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
}
