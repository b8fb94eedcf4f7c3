import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds per clock tick: Linux reports 100 ticks per second to programs (proc(5), USER_HZ). */
const TICK = 10_000

/** What the kernel says that a process and its descendants use. */
export interface Usage {
  /** Processor time since the start, user and system, in microseconds; steps of 10,000. */
  readonly cpu: number
  /** Resident memory, in bytes. */
  readonly rss: number
}

/** Reads the usage of a process and of all that it started. */
export function usageOf(pid: number): Usage {
  let cpu = 0
  let rss = 0
  for (const one of family(pid)) {
    // The name in parentheses may hold anything; the fields after it are numbers (proc(5), "stat").
    const stat = readFileSync(`/proc/${one}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    cpu += (Number(fields[11]) + Number(fields[12])) * TICK
    rss += kilobytes(one, 'VmRSS') * 1024
  }
  return { cpu, rss }
}

function kilobytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
}

function family(pid: number): number[] {
  const found = [pid]
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
    for (const child of children.split(' ')) if (child !== '') found.push(...family(Number(child)))
  }
  return found
}
