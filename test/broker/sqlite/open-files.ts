import { readdirSync, readlinkSync } from 'node:fs'

/** The files of this process that are open and whose path starts so. Linux only: elsewhere none. */
export function openFiles(path: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${descriptor}`)
      return file.startsWith(path) ? [file] : []
    } catch (error) {
      // The one that listed the folder is gone by now.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
  })
}
