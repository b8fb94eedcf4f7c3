/** A place in a file: which life of its sequence, and after which event. */
export interface Place {
  readonly epoch: string
  readonly seq: number
}

/** Writes a place as a cursor. The epoch is letters and digits. */
export function formatCursor({ epoch, seq }: Place): string {
  return `${epoch}.${seq}`
}

/** Reads a cursor; `undefined` when it has another form. The epoch is for the caller to compare. */
export function parseCursor(cursor: string): Place | undefined {
  const [, epoch, seq] = /^([0-9a-z]{1,64})\.(\d{1,15})$/.exec(cursor) ?? []
  return epoch === undefined || seq === undefined ? undefined : { epoch, seq: Number(seq) }
}
