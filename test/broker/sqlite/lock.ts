/** Locks a file from another process, as a backup or a migration does; the answer kills that process. */
export async function lock(path: string): Promise<() => Promise<void>> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/process/locker.ts`, path], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
    timeout: 60_000,
  })
  const { value } = await child.stdout.getReader().read()
  if (value === undefined) throw new Error(`${path} could not be locked.`)
  return async () => {
    child.kill('SIGKILL')
    await child.exited
  }
}
