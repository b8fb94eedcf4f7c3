import type { Subprocess } from 'bun'

/** 8,000 connections and whatever a server opens besides. */
const OPEN_FILES = 65_536

const RAISE = `ulimit -n ${OPEN_FILES} 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"`

/** A process that the bench started. */
export interface Child {
  readonly pid: number
  readonly stdout: ReadableStream<Uint8Array>
  /** Sends a message to a Bun child. */
  send(message: unknown): void
  /** Asks it to end, and makes it after a while; resolves when it has. */
  stop(): Promise<void>
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Hears the messages of a Bun child. */
  readonly onMessage?: (message: unknown) => void
}

const ROOT = `${import.meta.dir}/../../..`

const running = new Set<Subprocess>()

/** Starts a command with as many open files as the system allows. It ends with this process. */
export function startChild(command: readonly string[], options: ChildOptions = {}): Child {
  const child = Bun.spawn(['sh', '-c', RAISE, 'sh', ...command], {
    // Bun takes the JSX settings of the working directory's tsconfig.json.
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
    ...(options.onMessage && { ipc: options.onMessage, serialization: 'json' as const }),
  })
  running.add(child)
  void child.exited.then(() => running.delete(child))
  return {
    pid: child.pid,
    stdout: child.stdout,
    send: (message) => child.send(message),
    async stop(): Promise<void> {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await child.exited
      clearTimeout(late)
    },
  }
}

/** The first line that a child prints; throws when it ends without one. */
export async function firstLine(child: Child): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of child.stdout) {
    text += decoder.decode(part, { stream: true })
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
  }
  throw new Error(`A server ended before it listened. It printed:\n${text || '(nothing)'}`)
}

// Not SIGKILL: nginx would leave its worker behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
