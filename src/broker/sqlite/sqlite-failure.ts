import { SQLiteError } from 'bun:sqlite'

/** Somebody else has the lock; the same may work a moment later: BUSY, LOCKED, PROTOCOL. */
const BUSY = new Set([5, 6, 15])
/** The connection is of no use any more; another one may be: IOERR, CORRUPT, CANTOPEN, NOTADB. */
const BROKEN = new Set([10, 11, 14, 26])
/** One row is at fault, not the file: CONSTRAINT, MISMATCH, TOOBIG. */
const ROW = new Set([18, 19, 20])

/** What a failure of SQLite means. */
export type Failure = 'busy' | 'broken' | 'row' | 'other'

/** Tells what a failure means, by its primary result code (sqlite.org/rescode.html). */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof SQLiteError)) return 'other'
  const code = error.errno & 0xff
  return BUSY.has(code) ? 'busy' : BROKEN.has(code) ? 'broken' : ROW.has(code) ? 'row' : 'other'
}

/** A failure in one line, with SQLite's own code. */
export function describeFailure(error: unknown): string {
  if (error instanceof SQLiteError) return `${error.code ?? error.errno}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
