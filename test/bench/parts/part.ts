import type { Result } from '../report/result.ts'

/** How much of everything a run does. */
export interface Effort {
  /** Small sizes and few rounds: whether it works, not how fast it is. */
  readonly quick: boolean
  /** Connections instead of the part's own numbers of them. */
  readonly connections?: number | undefined
  /** The peers that take part, by name; the base is always among them. Default: all. */
  readonly only?: readonly string[] | undefined
}

/** One part of the bench. */
export type Part = (effort: Effort) => Promise<readonly Result[]>
