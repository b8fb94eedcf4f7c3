import { type Place, placeOf } from './place.ts'

/** What a server says of a shard to a new connection. */
export interface Greeting {
  /** The newest entry of the feed. */
  readonly place: Place
  /** Its number. */
  readonly number: number
  /** The server's rule by which it deletes keys that it was to keep; `undefined` if it never does. */
  readonly evicts: string | undefined
}

/** Reads the answer to `hello`. */
export function readGreeting(answer: unknown): Greeting {
  const [epoch, last, number, most, policy] = answer as [string, string, number, string, string]
  const evicts = most !== '0' && policy !== 'noeviction' ? policy : undefined
  return { place: placeOf(epoch, last), number, evicts }
}
