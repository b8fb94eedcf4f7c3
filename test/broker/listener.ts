import type { Entry, Listener } from '../../src/broker/broker.ts'
import { eventually } from '../create/eventually.ts'

/** A listener that keeps what it hears. */
export class Recorder implements Listener {
  readonly entries: Entry[] = []
  readonly gaps: string[] = []

  next(entry: Entry): void {
    this.entries.push(entry)
  }

  gap(cursor: string): void {
    this.gaps.push(cursor)
  }

  get texts(): string[] {
    return this.entries.map(({ text }) => text)
  }

  /** Resolves with all texts once there are so many. */
  async heard(count: number): Promise<string[]> {
    await eventually(`${count} events`, () => this.entries.length >= count)
    return this.texts
  }
}
