import { type Connection, isNotDone } from './connection.ts'
import { keepConnected, type Kept } from './keep-connected.ts'

/** Milliseconds between two questions whether a quiet connection is alive. */
const PING = 2_000

export interface LinkOptions extends Omit<Kept, 'use' | 'signal'> {
  /** What is run on every new connection before anything else. */
  readonly greet: (connection: Connection) => Promise<unknown>
  /** The longest that a call may take, in milliseconds. */
  readonly timeout: number
}

/** The connection of a shard for everything that is answered at once. */
export class Link {
  readonly #timeout: number
  readonly #end = new AbortController()
  #connection: Connection | undefined
  /** Resolves once there is a connection. */
  #connected = Promise.withResolvers<void>()
  #lastFailure: unknown = new Error('not connected yet')
  readonly #pending = new Set<(error: Error) => void>()
  #retire: (error: unknown) => void = () => undefined

  constructor({ greet, timeout, ...kept }: LinkOptions) {
    this.#timeout = timeout
    kept.standing.opening(kept.name)
    const open = async (signal: AbortSignal): Promise<Connection> => {
      try {
        return await kept.open(signal)
      } catch (error) {
        this.#lastFailure = error
        throw error
      }
    }
    const use = async (connection: Connection, up: () => void): Promise<void> => {
      try {
        await greet(connection)
        up()
        throw await this.#serve(connection)
      } catch (error) {
        this.#lastFailure = error
        throw error
      }
    }
    void keepConnected({ ...kept, open, use, signal: this.#end.signal })
  }

  /**
   * Calls with a connection until it answers. Rejects when there is no answer in time, and when the
   * connection ends before it: then nobody knows whether it was done, so it is not done again.
   */
  async run<Answer>(call: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    if (this.#end.signal.aborted) throw closed()
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(this.#tooLate()), this.#timeout)
    this.#pending.add(reject)
    try {
      for (;;) {
        const connection = this.#connection
        if (connection === undefined) {
          await Promise.race([this.#connected.promise, late])
          continue
        }
        try {
          return await Promise.race([call(connection), late])
        } catch (error) {
          if (!isNotDone(error)) throw error
          this.#lastFailure = error
          if (connection === this.#connection) this.#retire(error)
        }
      }
    } finally {
      clearTimeout(timer)
      this.#pending.delete(reject)
    }
  }

  close(): void {
    this.#end.abort()
    for (const reject of this.#pending) reject(closed())
  }

  /** Resolves with the reason why the connection is not to be used any more. */
  async #serve(connection: Connection): Promise<unknown> {
    const { promise: retired, resolve } = Promise.withResolvers<unknown>()
    this.#retire = resolve
    this.#connection = connection
    this.#connected.resolve()
    const ping = setInterval(() => void connection.call('PING').catch(resolve), PING)
    const reason = await Promise.race([connection.ended, retired])
    clearInterval(ping)
    this.#connection = undefined
    this.#connected = Promise.withResolvers()
    return reason
  }

  #tooLate(): Error {
    const reason = this.#connection === undefined ? this.#lastFailure : 'no answer'
    return reason instanceof Error ? reason : new Error(String(reason))
  }
}

function closed(): Error {
  return new Error('the broker is closed')
}
