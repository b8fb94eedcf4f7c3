/** The errors that a server answers, of those that say something to whoever reads them (protocol, "Error Codes"). */
const NAMES: Readonly<Record<number, string>> = {
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  13: 'NETWORK_EXCEPTION',
  17: 'INVALID_TOPIC_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  33: 'UNSUPPORTED_SASL_MECHANISM',
  34: 'ILLEGAL_SASL_STATE',
  35: 'UNSUPPORTED_VERSION',
  36: 'TOPIC_ALREADY_EXISTS',
  37: 'INVALID_PARTITIONS',
  38: 'INVALID_REPLICATION_FACTOR',
  40: 'INVALID_CONFIG',
  44: 'POLICY_VIOLATION',
  56: 'KAFKA_STORAGE_ERROR',
  58: 'SASL_AUTHENTICATION_FAILED',
  72: 'LISTENER_NOT_FOUND',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  87: 'INVALID_RECORD',
}

/** Nothing was appended or read, since another server has to be asked, or the same one a moment later. */
const MOVED = new Set([3, 5, 6, 9, 19, 56, 72, 74, 75, 78])

/** What a server refused, and why. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: number

  constructor(code: number, what: string, details?: string | null) {
    super(`${what}: ${NAMES[code] ?? `error ${code}`}${details ? ` (${details})` : ''}`)
    this.code = code
  }

  /** Whether the offset is none of the log's: too old by now, or of another life. */
  get isOutOfRange(): boolean {
    return this.code === 1
  }

  /** Whether the same may well succeed a moment later, with what the cluster says of itself by then. */
  get isPassing(): boolean {
    return MOVED.has(this.code)
  }
}

/** Throws when a code is an error. */
export function checkCode(code: number, what: string, details?: string | null): void {
  if (code !== 0) throw new KafkaError(code, what, details)
}
