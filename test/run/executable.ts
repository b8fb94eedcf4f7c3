/** Servers live in sbin, which is not on the PATH of an ordinary user on Debian. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** Finds a program by name on the PATH or in a system folder, else `undefined`. */
export function findExecutable(name: string): string | undefined {
  const path = [process.env.PATH ?? '', ...SYSTEM_FOLDERS].join(':')
  return Bun.which(name, { PATH: path }) ?? undefined
}
