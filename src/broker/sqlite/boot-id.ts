import { readFileSync } from 'node:fs'

/** What tells this run of the machine's system from every other; `undefined` where it is not told. */
export function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (error) {
    // Only Linux has it.
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
