import { Crowd } from '../../fault/crowd.ts'
import type { Report } from '../../fault/message.ts'

/** Clients of each kind. */
const CLIENTS = 40
const STALLING = 10
/** Those who stall do not read for so many milliseconds, and then do for as many. */
const STALL = 12_000

/** How the visitors have fared so far. */
export interface Fared {
  /** Times that somebody came back: rotated, or cut off. */
  readonly returns: number
  readonly resets: number
  /** Events out of order or missing, unless a reset said so; and resets that nothing had called for. */
  readonly faults: number
}

/** Clients with several topics and variants that are rotated, and some that stall; all come back. */
export class Visitors {
  readonly #crowd = new Crowd()
  #turnsAt = performance.now() + STALL
  #reads = true

  async open(port: number): Promise<void> {
    const open = (group: string, count: number, topics: readonly string[], query = '') =>
      this.#crowd.ask({ type: 'open', ports: [port], topics, count, group, query, follow: true })
    await open('plain', CLIENTS, ['varied'])
    for (const as of ['de', 'fr']) await open(as, CLIENTS, ['varied', 'rooms/x'], `&as=${as}`)
    await open('stalling', STALLING, ['varied', 'heavy'])
  }

  turn(): void {
    if (performance.now() < this.#turnsAt) return
    this.#turnsAt += STALL
    this.#reads = !this.#reads
    this.#crowd.tell({ type: this.#reads ? 'resume' : 'pause', group: 'stalling' })
  }

  async fared(): Promise<Fared> {
    const reports: Report[] = []
    for (const group of ['plain', 'de', 'fr', 'stalling'])
      reports.push(await this.#crowd.report(group))
    const topics = reports.flatMap((report) => Object.entries(report.topics))
    const sum = (of: readonly number[]): number => of.reduce((one, other) => one + other, 0)
    const undue = topics.filter(([topic]) => topic !== 'heavy').map(([, { resets }]) => resets)
    return {
      returns: sum(reports.map(({ returns }) => returns.length)),
      resets: sum(topics.map(([, { resets }]) => resets)),
      faults: sum(topics.map(([, { faults }]) => faults)) + sum(undue),
    }
  }

  async stop(): Promise<void> {
    await this.#crowd.kill()
  }
}
