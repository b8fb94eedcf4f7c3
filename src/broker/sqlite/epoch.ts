import type { Database } from 'bun:sqlite'
import { bootId } from './boot-id.ts'
import { newEpoch } from './schema.ts'
import type { SqliteSettings } from './sqlite-options.ts'

interface EpochRow {
  readonly epoch: string
  /** The run of the system in which the file was written to without waiting for the disk. */
  readonly boot: string | null
}

/**
 * Answers the epoch, and sets `synchronous`.
 *
 * With `normal` a power failure undoes the newest commits, and their numbers are given again, to
 * other events. So a file that was written to in that way begins a new epoch after each start of the
 * machine. That is noted with `full`, before anything is written without.
 */
export function openEpoch(database: Database, synchronous: SqliteSettings['synchronous']): string {
  database.run('PRAGMA synchronous = FULL')
  const boot = bootId()
  const unsafe = synchronous === 'normal' && boot !== undefined
  const isOver = ({ boot: was }: EpochRow): boolean => was !== null && was !== boot
  if (isOver(read(database)) || (unsafe && read(database).boot === null)) {
    database
      .transaction(() => {
        const row = read(database)
        database.run('UPDATE broker SET epoch = ?, boot = ?', [
          isOver(row) ? newEpoch() : row.epoch,
          unsafe ? boot : isOver(row) ? null : row.boot,
        ])
      })
      .immediate()
  }
  if (unsafe) database.run('PRAGMA synchronous = NORMAL')
  return read(database).epoch
}

function read(database: Database): EpochRow {
  const row = database.query<EpochRow, []>('SELECT epoch, boot FROM broker').get()
  if (row === null) throw new Error('The table broker is empty.\n\nExpected: one row\nGot: none')
  return row
}
