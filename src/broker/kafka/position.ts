/** A place in one partition: the offset of the next record. */
export interface Position {
  /** Tells one life of the Kafka topic, and one number of its partitions, from the next. */
  readonly epoch: string
  readonly partition: number
  readonly offset: number
}

/** Writes a position as a cursor: `epoch.partition.offset`. */
export function formatPosition({ epoch, partition, offset }: Position): string {
  return `${epoch}.${partition}.${offset}`
}

/** Reads a cursor; `undefined` when it is none of ours. Whether its epoch is today's is not checked. */
export function parsePosition(cursor: string): Position | undefined {
  const [, epoch, partition, offset] = CURSOR.exec(cursor) ?? []
  return epoch === undefined
    ? undefined
    : { epoch, partition: Number(partition), offset: Number(offset) }
}

const CURSOR = /^(k[\da-z]{1,12})\.(\d{1,5})\.(\d{1,15})$/
