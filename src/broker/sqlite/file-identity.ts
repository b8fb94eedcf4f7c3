import { statSync } from 'node:fs'

/** What tells a file and its write-ahead log from others at the same path. */
export function fileIdentity(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => {
      const stats = statSync(file, { throwIfNoEntry: false })
      return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`
    })
    .join(' ')
}
