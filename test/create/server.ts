import { eventually } from './eventually.ts'

/**
 * Starts `bun dev` or `bun start` in `cwd` on a free port, and waits for the line that says where it
 * listens.
 */
export async function startServer(
  command: 'dev' | 'start',
  cwd: string,
  env: Record<string, string | undefined>,
) {
  const decoder = new TextDecoder()
  let output = ''
  const child = Bun.spawn([process.execPath, command], {
    cwd,
    env: { ...env, PORT: '0' },
    stdout: 'pipe',
    stderr: 'pipe',
    // A process group of its own, so that nothing of it is left when it does not end by itself.
    detached: true,
  })
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const bytes of stream) output += decoder.decode(bytes)
  }
  const ended = Promise.all([child.exited, read(child.stdout), read(child.stderr)])

  /** Asks it to end, as a supervisor does, and resolves with its exit code. */
  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 5000)
    const [exitCode] = await ended
    clearTimeout(timer)
    return exitCode
  }

  const listening = () => {
    if (child.exitCode !== null) throw new Error(`bun ${command} ended: ${child.exitCode}`)
    return /http:\/\/localhost:\d+/.exec(output)?.[0]
  }
  const url = await eventually(`bun ${command} says where it listens`, listening).catch(
    async (cause) => {
      await stop()
      throw new Error(`bun ${command} did not start:\n${output}`, { cause })
    },
  )
  return {
    url,
    /** All it has printed so far. */
    output: () => output,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}
