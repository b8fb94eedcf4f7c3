import { findExecutable } from '../../run/executable.ts'

/** Publishes lines with `kcat -P`, each a record; rejects when kcat fails. */
export async function kcatPublish(
  port: number,
  lines: string | readonly number[],
  ...options: string[]
): Promise<void> {
  const kcat = findExecutable('kcat') ?? 'kcat'
  const child = Bun.spawn([kcat, '-P', '-b', `127.0.0.1:${port}`, ...options], {
    stdin: typeof lines === 'string' ? Buffer.from(lines) : Buffer.from(lines),
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 20_000,
  })
  const [exitCode, said] = await Promise.all([child.exited, new Response(child.stderr).text()])
  if (exitCode !== 0) throw new Error(`kcat has failed: ${said}`)
}
