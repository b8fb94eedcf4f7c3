import type { StoredRecord } from './protocol/decode-batches.ts'
import type { Fetched } from './protocol/fetch.ts'

/** Records that count, in order, and the offset after them. */
export interface CommittedBatch {
  readonly records: readonly StoredRecord[]
  readonly unreadable: string | undefined
  readonly next: number
}

/** What was fetched, without the records of transactions that were aborted and without the marks of their ends. */
export function committedBatches({ batches, aborted }: Fetched): CommittedBatch[] {
  const transactions = aborted.toSorted((one, other) => one.first - other.first)
  const ignored = new Set<number>()
  return batches.map(({ records, unreadable, control, transaction, next }) => {
    if (transaction === undefined) return { records, unreadable, next }
    while ((transactions[0]?.first ?? next) < next)
      ignored.add(transactions.shift()?.producer ?? -1)
    const skipped = control || ignored.has(transaction)
    if (control) ignored.delete(transaction)
    return { records: skipped ? [] : records, unreadable: skipped ? undefined : unreadable, next }
  })
}
