import type { Spread } from './spread.ts'

export type Cell = string | number | Spread

/** A promise of the design, and what this run says of it. */
export interface Budget {
  readonly what: string
  readonly got: number
  readonly limit: number
  /** Whether `got` has to be at most, or at least, the limit. */
  readonly kind: 'at most' | 'at least'
}

/** What one part of the bench found. */
export interface Result {
  readonly title: string
  /** One per competitor, with the same keys in each. */
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  readonly budgets?: readonly Budget[]
  /** What was left out, and what to know when reading the numbers. */
  readonly notes?: readonly string[]
}

/** Whether a budget is kept. */
export function isKept({ got, limit, kind }: Budget): boolean {
  return kind === 'at most' ? got <= limit : got >= limit
}
