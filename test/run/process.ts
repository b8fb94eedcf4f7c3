/** How a program ended, with everything it wrote. */
export interface Finished {
  exitCode: number
  /** Standard output, then standard error. */
  output: string
  milliseconds: number
}

/** Runs a program to its end without showing what it writes, which is without colours. */
export async function runQuietly(
  command: string[],
  environment: Record<string, string> = {},
  folder = process.cwd(),
): Promise<Finished> {
  const started = performance.now()
  const child = Bun.spawn(command, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { exitCode, output: (out + err).trim(), milliseconds: performance.now() - started }
}
